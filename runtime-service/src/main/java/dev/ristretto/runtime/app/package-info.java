// SPDX-License-Identifier: Apache-2.0
/**
 * The program {@code ristrettod}: {@link dev.ristretto.runtime.app.Ristrettod} is its entry, {@link
 * dev.ristretto.runtime.app.Daemon} puts the parts together, in the order in which they need each
 * other. Nothing depends on this package.
 */
@NullMarked
package dev.ristretto.runtime.app;

import org.jspecify.annotations.NullMarked;
