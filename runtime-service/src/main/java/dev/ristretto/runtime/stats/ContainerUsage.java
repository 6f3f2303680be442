// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerState;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Reads what containers use. Walks no files. Safe from any thread. */
public final class ContainerUsage {
    private final CgroupReadings cgroups;
    private final LayerSizes layers;
    private final InstantSource clock;

    public ContainerUsage(CgroupReadings cgroups, LayerSizes layers, InstantSource clock) {
        this.cgroups = cgroups;
        this.layers = layers;
        this.clock = clock;
    }

    /**
     * What one container uses.
     *
     * @param at when it was asked for
     * @param cgroup empty unless it runs
     * @param layer its writable layer, empty if it is gone or was not measured yet
     */
    public record Reading(
            Instant at, Optional<CgroupReading> cgroup, Optional<LayerSizes.Size> layer) {}

    /** Reads a container's figures; one that goes meanwhile has none. */
    public Reading read(Container container) {
        return new Reading(clock.instant(), cgroup(container), layers.of(container.id()));
    }

    private Optional<CgroupReading> cgroup(Container container) {
        return container.state() instanceof ContainerState.Running
                ? cgroups.read(container.cgroup())
                : Optional.empty();
    }
}
