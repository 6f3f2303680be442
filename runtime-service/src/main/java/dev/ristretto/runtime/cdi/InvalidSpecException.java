// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.cdi;

import java.io.IOException;

/** A file that is no CDI specification, or asks for what is not done here. */
final class InvalidSpecException extends IOException {
    private static final long serialVersionUID = 1L;

    InvalidSpecException(String message) {
        super(message);
    }
}
