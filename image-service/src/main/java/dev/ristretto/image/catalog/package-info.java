// SPDX-License-Identifier: Apache-2.0
/**
 * Which images there are, and what of the stores they need: {@link
 * dev.ristretto.image.catalog.ImageCatalog} over blobs, layers and snapshots.
 *
 * <p>{@code CatalogView} is all images at one moment, immutable. {@code Inventory} counts who needs
 * what and makes the rest disappear. {@code LayerIntake} brings layers in. Locks, in the order in
 * which they are taken: of a blob, of a layer, of changes, of the inventory.
 */
@NullMarked
package dev.ristretto.image.catalog;

import org.jspecify.annotations.NullMarked;
