// SPDX-License-Identifier: Apache-2.0
/**
 * The content store, an OCI image layout that skopeo and umoci can read: {@link
 * dev.ristretto.image.content.BlobStore} and its index, {@link
 * dev.ristretto.image.content.ImageIndex}. A blob is visible once it is whole and its digest right.
 *
 * <p>Safe from several threads, but nothing here decides what may be deleted: that is the
 * catalog's, which also holds one lock for each blob that is taken in.
 */
@NullMarked
package dev.ristretto.image.content;

import org.jspecify.annotations.NullMarked;
