// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

/** A podshim said what docs/wire.md does not allow, or did not understand us: a bug of either. */
public final class PodProtocolException extends PodException {
    private static final long serialVersionUID = 1L;

    PodProtocolException(String pod, String what) {
        super(pod, "speak with %s: %s".formatted(pod, what));
    }
}
