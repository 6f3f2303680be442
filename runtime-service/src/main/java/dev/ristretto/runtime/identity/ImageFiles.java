// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.identity;

import java.io.IOException;
import java.util.Optional;

/** Files of an image as a container of it finds them, its layers merged. */
@FunctionalInterface
public interface ImageFiles {
    /**
     * The content of a regular file, symbolic links resolved inside the image.
     *
     * @param path absolute, in the image
     * @param limitBytes a longer file is an error: what an image holds is a stranger's
     * @return empty if there is no such file
     * @throws FileTooLongException if it is longer
     */
    Optional<byte[]> read(String path, int limitBytes) throws IOException;
}
