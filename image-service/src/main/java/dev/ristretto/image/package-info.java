// SPDX-License-Identifier: Apache-2.0
/**
 * The wiring of image-service's stores, {@link dev.ristretto.image.ImageStores}. Nothing below this
 * package knows it.
 */
@NullMarked
package dev.ristretto.image;

import org.jspecify.annotations.NullMarked;
