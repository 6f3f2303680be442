// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

/** A podshim said what docs/wire.md does not allow, or did not understand us: a bug of either. */
public final class PodProtocolException extends PodException {
    private static final long serialVersionUID = 1L;

    private final boolean refused;

    PodProtocolException(String pod, String what) {
        this(pod, what, false);
    }

    private PodProtocolException(String pod, String what, boolean refused) {
        super(pod, "speak with %s: %s".formatted(pod, what));
        this.refused = refused;
    }

    /** The podshim did not understand a request, of which nothing has happened. */
    static PodProtocolException refusal(String pod, String why) {
        return new PodProtocolException(pod, "it refused the request: " + why, true);
    }

    /** Whether it is a refusal; podshims of older releases refuse what they do not know. */
    boolean refused() {
        return refused;
    }
}
