// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.image.store.ImageId;

/**
 * What a mount of an image was found to be when its container was made. The container's records
 * have one for each such mount of its config, in the same order.
 *
 * @param path of what is mounted, from the image's root, without links in it
 * @param directory whether that is one
 */
public record ImageVolume(ImageId image, String path, boolean directory) {}
