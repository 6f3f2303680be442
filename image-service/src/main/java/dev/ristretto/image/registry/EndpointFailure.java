// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** Why one endpoint did not give what it was asked for; another may still do so. */
final class EndpointFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String endpoint;

    EndpointFailure(Reason reason, String endpoint, String answer, @Nullable Throwable cause) {
        super(answer, cause);
        this.reason = reason;
        this.endpoint = endpoint;
    }

    Reason reason() {
        return reason;
    }

    /** For the message: who and why. */
    String described() {
        return endpoint + ": " + getMessage();
    }

    /** What the failure means for the image. */
    enum Reason {
        /** No connection, no answer in time, or only 429 and 5xx. */
        UNREACHABLE,
        /** 401 or 403, or the token server's no. */
        DENIED,
        /** 404: not there, or (Docker Hub) not to be seen. */
        NOT_FOUND,
        /** An answer that breaks the protocol, or content with another digest. */
        BROKEN
    }
}
