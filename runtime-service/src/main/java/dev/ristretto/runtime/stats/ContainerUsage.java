// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.snapshot.Snapshots;
import dev.ristretto.linux.cgroup.CgroupStats;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.spec.ContainerId;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Reads what containers use. Safe from any thread. */
public final class ContainerUsage {
    /** A writable layer is walked this often at most, however often it is asked for. */
    private static final Duration LAYER_AGE = Duration.ofSeconds(10);

    private final Map<ContainerId, Layer> layers = new ConcurrentHashMap<>();
    private final Cgroups cgroups;
    private final Snapshots snapshots;
    private final InstantSource clock;

    public ContainerUsage(Cgroups cgroups, Snapshots snapshots, InstantSource clock) {
        this.cgroups = cgroups;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    /**
     * What one container uses.
     *
     * @param readAt when the cgroup was read
     * @param cgroup empty unless it runs
     * @param layer its writable layer, empty if it is gone
     */
    public record Reading(Instant readAt, Optional<CgroupStats> cgroup, Optional<Layer> layer) {}

    /** The size of a writable layer, and when it was measured. */
    public record Layer(Instant measuredAt, long bytes, long inodes) {}

    /** Reads a container's figures; one that goes meanwhile has none. */
    public Reading read(Container container) {
        var now = clock.instant();
        return new Reading(now, cgroup(container), layer(container, now));
    }

    private Optional<CgroupStats> cgroup(Container container) {
        if (!(container.state() instanceof ContainerState.Running)) {
            return Optional.empty();
        }
        try {
            return Optional.of(cgroups.at(container.cgroup()).stats());
        } catch (IOException e) {
            return Optional.empty(); // it has just ended
        }
    }

    private Optional<Layer> layer(Container container, Instant now) {
        var known = layers.get(container.id());
        if (known != null && known.measuredAt().plus(LAYER_AGE).isAfter(now)) {
            return Optional.of(known);
        }
        try {
            var usage = snapshots.usage(container.id().value());
            var measured = new Layer(now, usage.bytes(), usage.inodes());
            layers.put(container.id(), measured);
            return Optional.of(measured);
        } catch (IOException | RuntimeFault e) {
            layers.remove(container.id());
            return Optional.empty();
        }
    }

    /** Drops what is remembered of containers that are gone. */
    public void retain(Set<ContainerId> present) {
        layers.keySet().retainAll(present);
    }
}
