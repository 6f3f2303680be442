// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

/**
 * Nobody listens on the pod's socket, or the podshim ended in the middle of a conversation. With it
 * every process it started has ended or is about to be: the pod is over.
 */
public final class PodGoneException extends PodException {
    private static final long serialVersionUID = 1L;

    PodGoneException(String pod, String how) {
        super(pod, "reach %s: %s".formatted(pod, how));
    }
}
