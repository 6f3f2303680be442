// SPDX-License-Identifier: Apache-2.0
/**
 * The use case {@link dev.ristretto.image.pull.PullImage}: resolve, choose the platform, fetch and
 * unpack all layers at once, publish. Equal pulls at the same time are one.
 *
 * <p>The stores are seen through {@link dev.ristretto.image.pull.ImageImports}: a pull writes into
 * an import, and nothing of it can be seen before {@code publish}. A pull runs on its own virtual
 * thread and its layers on a fixed number of platform threads (inflating and native calls would
 * keep the carriers of virtual threads); the callers only wait.
 */
@NullMarked
package dev.ristretto.image.pull;

import org.jspecify.annotations.NullMarked;
