// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.load;

import java.io.IOException;
import java.util.Optional;

/** Files by their name, of a directory or of a tar. */
interface Archive extends AutoCloseable {
    /** A regular file, by its path from the top; links inside are followed. */
    Optional<FileRange> find(String name) throws IOException;

    @Override
    void close() throws IOException;
}
