// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.spec.NamespaceMode;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Reads what pods use. Safe from any thread. */
public final class PodUsage {
    private final CgroupReadings cgroups;
    private final NetworkCounters network;
    private final InstantSource clock;

    public PodUsage(CgroupReadings cgroups, InstantSource clock) {
        this(cgroups, clock, Path.of("/proc"));
    }

    PodUsage(CgroupReadings cgroups, InstantSource clock, Path proc) {
        this.cgroups = cgroups;
        this.network = new NetworkCounters(proc);
        this.clock = clock;
    }

    /**
     * What one pod uses, without what its containers do each.
     *
     * @param at when it was asked for
     * @param cgroup of all its containers together; empty if it is stopped
     * @param interfaces of its network; empty in the host's network, whose counters are not the
     *     pod's, and if it is stopped
     */
    public record Reading(
            Instant at,
            Optional<CgroupReading> cgroup,
            Optional<List<InterfaceCounters>> interfaces) {}

    /** Reads a pod's figures; one that goes meanwhile has none. */
    public Reading read(Sandbox sandbox) {
        var now = clock.instant();
        if (!(sandbox.state() instanceof SandboxState.Ready(var shimPid, _))) {
            return new Reading(now, Optional.empty(), Optional.empty());
        }
        return new Reading(now, cgroups.read(sandbox.cgroup()), interfaces(sandbox, shimPid));
    }

    private Optional<List<InterfaceCounters>> interfaces(Sandbox sandbox, int shimPid) {
        return sandbox.config().namespaces().network() == NamespaceMode.NODE
                ? Optional.empty()
                : Optional.of(network.of(shimPid));
    }
}
