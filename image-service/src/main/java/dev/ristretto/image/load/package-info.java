// SPDX-License-Identifier: Apache-2.0
/**
 * The use case {@link dev.ristretto.image.load.LoadImages}: images from a tar or a directory.
 * {@code OciArchive} and {@code DockerArchive} read the two formats, each over an {@code Archive},
 * which finds files by name. What they find goes the way of a pull, through an import.
 */
@NullMarked
package dev.ristretto.image.load;

import org.jspecify.annotations.NullMarked;
