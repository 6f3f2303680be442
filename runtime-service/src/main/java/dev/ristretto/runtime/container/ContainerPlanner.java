// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.snapshot.Snapshots;
import dev.ristretto.linux.capability.HostCapabilities;
import dev.ristretto.linux.cgroup.HostCgroups;
import dev.ristretto.linux.probe.HostFeatures;
import dev.ristretto.linux.seccomp.SeccompProfiles;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.plan.CgroupPlacement;
import dev.ristretto.runtime.plan.ContainerInput;
import dev.ristretto.runtime.plan.ContainerPlan;
import dev.ristretto.runtime.plan.ExecInput;
import dev.ristretto.runtime.plan.ExecPlan;
import dev.ristretto.runtime.plan.PodFiles;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.store.StateLayout;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Gathers what the pure plans need: looks at the host, changes only what mounts lack. */
public final class ContainerPlanner {
    private final Host host;
    private final Snapshots snapshots;
    private final StateLayout layout;
    private final Confinements confinements;
    private final HostPaths paths;

    /** What this host has. */
    public record Host(
            LinuxSyscalls linux,
            HostCgroups cgroups,
            HostFeatures features,
            HostCapabilities capabilities,
            SeccompProfiles seccomp) {}

    public ContainerPlanner(Host host, Snapshots snapshots, StateLayout layout) {
        this.host = host;
        this.snapshots = snapshots;
        this.layout = layout;
        this.confinements = new Confinements(host.capabilities(), host.seccomp());
        this.paths = new HostPaths(host.linux());
    }

    /** How to start a container. */
    ContainerPlan start(Container container, Sandbox sandbox) throws IOException {
        var files = layout.podFiles(sandbox.id());
        var rootfs =
                snapshots
                        .find(container.id().value())
                        .orElseThrow(
                                () ->
                                        RuntimeFault.wrongState(
                                                "%s has lost its layers; remove it and make it"
                                                        + " again",
                                                container.described()));
        return ContainerPlan.of(
                new ContainerInput(
                        container.id(),
                        sandbox.config(),
                        container.config(),
                        container.process(),
                        confinements.of(container),
                        rootfs,
                        container.image().volumes(),
                        new PodFiles(
                                files.resolve("hostname"),
                                files.resolve("hosts"),
                                files.resolve("resolv.conf")),
                        paths.mounts(container.config()),
                        paths.devices(container.config()),
                        placement(container),
                        host.features()));
    }

    /** How to run a command in a container that runs. */
    public List<ShimOp> exec(
            Container container, List<String> command, Optional<ExecInput.TerminalSize> terminal) {
        return ExecPlan.program(
                new ExecInput(
                        container.id(),
                        container.process(),
                        command,
                        confinements.of(container),
                        container.config().oomScoreAdj(),
                        terminal,
                        placement(container)));
    }

    /** The container is gone. */
    void forget(Container container) {
        confinements.forget(container.id());
    }

    private CgroupPlacement placement(Container container) {
        return CgroupPlacement.in(host.cgroups().at(container.cgroup()), host.cgroups());
    }
}
