// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.io.IOException;

/**
 * A podshim did not do what it was asked. {@link ShimFailureText#toFault} turns it into the words
 * and the kind that a client gets.
 */
public abstract sealed class PodException extends IOException
        permits ShimException, PodErrorException, PodGoneException, PodProtocolException {
    private static final long serialVersionUID = 1L;

    private final String pod;

    PodException(String pod, String message) {
        super(message);
        this.pod = pod;
    }

    /** Who answered: {@code pod sandbox <id>}, or {@code the zygote}. */
    public final String pod() {
        return pod;
    }
}
