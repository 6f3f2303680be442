// SPDX-License-Identifier: Apache-2.0
/**
 * Layers on disk and the writable layers over them, {@link dev.ristretto.image.snapshot.Snapshots}.
 * The runtime asks for a container's directories and mounts them itself, inside the container.
 */
@NullMarked
package dev.ristretto.image.snapshot;

import org.jspecify.annotations.NullMarked;
