// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.snapshot.Snapshots;
import dev.ristretto.linux.capability.HostCapabilities;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.probe.HostFeatures;
import dev.ristretto.linux.seccomp.SeccompProfiles;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.host.Confinements;
import dev.ristretto.runtime.host.HostDevices;
import dev.ristretto.runtime.host.MountSources;
import dev.ristretto.runtime.plan.CgroupPlacement;
import dev.ristretto.runtime.plan.Confinement;
import dev.ristretto.runtime.plan.ContainerInput;
import dev.ristretto.runtime.plan.ContainerPlan;
import dev.ristretto.runtime.plan.ExecInput;
import dev.ristretto.runtime.plan.ExecPlan;
import dev.ristretto.runtime.plan.PodFiles;
import dev.ristretto.runtime.plan.ResolvedDevice;
import dev.ristretto.runtime.plan.ResolvedMount;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.store.StateLayout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Gathers what the pure plans need: looks at the host, changes only what mounts lack. */
public final class ContainerPlanner {
    private final Host host;
    private final Snapshots snapshots;
    private final StateLayout layout;
    private final Confinements confinements;

    /**
     * Decided once for each container, so that an exec is confined as the container is, even if its
     * profile's file has changed since.
     */
    private final Map<ContainerId, Confinement> confined = new ConcurrentHashMap<>();

    private final MountSources mounts = new MountSources();
    private final ImageMounts imageMounts;
    private final HostDevices devices;
    private final ContainerHooks hooks;

    /** What this host has. */
    public record Host(
            LinuxSyscalls linux,
            Cgroups cgroups,
            HostFeatures features,
            HostCapabilities capabilities,
            SeccompProfiles seccomp) {}

    public ContainerPlanner(Host host, Snapshots snapshots, StateLayout layout) {
        this.host = host;
        this.snapshots = snapshots;
        this.imageMounts = new ImageMounts(snapshots);
        this.layout = layout;
        this.confinements = new Confinements(host.capabilities(), host.seccomp());
        this.devices = new HostDevices(host.linux());
        this.hooks = new ContainerHooks(host.linux(), snapshots);
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
                        confinementOf(container),
                        rootfs,
                        container.image().volumes(),
                        new PodFiles(
                                files.resolve("hostname"),
                                files.resolve("hosts"),
                                files.resolve("resolv.conf")),
                        mountsOf(container),
                        devicesOf(container),
                        hooks.of(container, rootfs),
                        placement(container),
                        host.features()));
    }

    /** How to run a command in a container that runs. */
    public List<ShimOp> exec(
            Container container,
            Sandbox sandbox,
            List<String> command,
            Optional<ExecInput.TerminalSize> terminal)
            throws IOException {
        return ExecPlan.program(
                new ExecInput(
                        container.id(),
                        container.process(),
                        command,
                        confinementOf(container),
                        container.config().oomScoreAdj(),
                        sandbox.config().namespaces().ids(),
                        terminal,
                        placement(container)));
    }

    /** The programs of its CDI devices. */
    ContainerHooks hooks() {
        return hooks;
    }

    /** The container is gone. */
    void forget(Container container) {
        confined.remove(container.id());
    }

    private Confinement confinementOf(Container container) throws IOException {
        var known = confined.get(container.id());
        if (known != null) {
            return known;
        }
        var decided = confinements.of(container.config().security(), container.labels());
        confined.put(container.id(), decided);
        return decided;
    }

    /** A device of a specification that a privileged container has anyway looks as that says. */
    private List<ResolvedDevice> devicesOf(Container container) throws IOException {
        var config = container.config();
        var resolved =
                new ArrayList<>(
                        config.security().privileged()
                                ? devices.all()
                                : devices.resolve(config.devices()));
        for (var node : container.injected().deviceNodes()) {
            resolved.add(devices.resolve(node));
        }
        return resolved;
    }

    private List<ResolvedMount> mountsOf(Container container) throws IOException {
        var resolved = new ArrayList<ResolvedMount>();
        int images = 0;
        for (var mount : container.config().mounts()) {
            if (mount.image().isPresent()) {
                resolved.add(imageMounts.resolve(container, mount, images));
                images++;
            } else {
                resolved.add(mounts.resolve(mount));
            }
        }
        resolved.addAll(mounts.resolve(container.injected().mounts()));
        return resolved;
    }

    private CgroupPlacement placement(Container container) {
        return CgroupPlacement.in(host.cgroups().at(container.cgroup()), host.cgroups());
    }
}
