// SPDX-License-Identifier: Apache-2.0
/**
 * Whom a container's process runs as: numbers and names of a request or an image, looked up in the
 * image's own {@code /etc/passwd} and {@code /etc/group}. {@link
 * dev.ristretto.runtime.identity.UserLookup} decides, {@link
 * dev.ristretto.runtime.identity.ImageFiles} reads without mounting anything on the host. Safe from
 * any thread.
 */
@NullMarked
package dev.ristretto.runtime.identity;

import org.jspecify.annotations.NullMarked;
