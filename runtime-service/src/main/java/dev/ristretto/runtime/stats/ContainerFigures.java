// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import dev.ristretto.linux.cgroup.CgroupDetails;
import dev.ristretto.linux.syscall.FileSystemStatus;

import java.time.Instant;
import java.util.Optional;

/**
 * All that was read of a running container.
 *
 * @param at when
 * @param fileSystem the one with writable layers
 */
record ContainerFigures(
        Instant at,
        CgroupReading usage,
        CgroupDetails details,
        long oomKills,
        ProcessFigures processes,
        Optional<LayerSizes.Size> layer,
        Optional<FileSystemStatus> fileSystem) {}
