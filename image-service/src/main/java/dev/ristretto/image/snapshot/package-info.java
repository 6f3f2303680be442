// SPDX-License-Identifier: Apache-2.0
/**
 * Layers on disk, {@link dev.ristretto.image.snapshot.LayerStore}, and the writable layers over
 * them, {@link dev.ristretto.image.snapshot.Snapshots}. The runtime asks for a container's
 * directories and mounts them itself, inside the container.
 *
 * <p>Which layers may go is not decided here: {@link dev.ristretto.image.snapshot.LayerHolds} is
 * told what each container needs. Safe from any thread: one lock for each container id.
 */
@NullMarked
package dev.ristretto.image.snapshot;

import org.jspecify.annotations.NullMarked;
