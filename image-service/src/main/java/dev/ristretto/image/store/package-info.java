// SPDX-License-Identifier: Apache-2.0
/**
 * The images that are whole on this node. {@link dev.ristretto.image.store.Images} is what others
 * see; all answers come from an immutable snapshot in memory, so no lock is held by a reader.
 */
@NullMarked
package dev.ristretto.image.store;

import org.jspecify.annotations.NullMarked;
