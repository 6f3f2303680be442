// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.identity;

/**
 * Something in an image, found.
 *
 * @param path from the image's root, absolute, without links in it
 * @param directory whether it is one, and else a regular file
 */
public record ImagePath(String path, boolean directory) {}
