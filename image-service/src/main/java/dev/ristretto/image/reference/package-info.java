// SPDX-License-Identifier: Apache-2.0
/**
 * What names an image and its parts: {@link dev.ristretto.image.reference.ImageReference} and
 * {@link dev.ristretto.image.reference.Digest}. Values only; both parse what a stranger wrote and
 * refuse it with a message. Used by all of image-service and by the runtime; depends on nothing.
 */
@NullMarked
package dev.ristretto.image.reference;

import org.jspecify.annotations.NullMarked;
