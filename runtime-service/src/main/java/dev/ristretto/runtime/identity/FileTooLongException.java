// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.identity;

import java.io.IOException;

/** A file of an image is longer than what it is read for could need. */
public final class FileTooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    FileTooLongException(String path, int limitBytes) {
        super("read %s of the image: it is longer than %d bytes".formatted(path, limitBytes));
    }
}
