// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.image.snapshot.Snapshots;
import dev.ristretto.image.store.Images;
import dev.ristretto.runtime.cdi.CdiDevices;
import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.container.ContainerExits;
import dev.ristretto.runtime.container.ContainerKill;
import dev.ristretto.runtime.container.ContainerLoss;
import dev.ristretto.runtime.container.ContainerPlanner;
import dev.ristretto.runtime.container.ContainerRecovery;
import dev.ristretto.runtime.container.ContainerResources;
import dev.ristretto.runtime.container.ContainerStore;
import dev.ristretto.runtime.container.ContainerWatcher;
import dev.ristretto.runtime.container.ContainersOfPod;
import dev.ristretto.runtime.container.CreateContainer;
import dev.ristretto.runtime.container.EndListener;
import dev.ristretto.runtime.container.RemoveContainer;
import dev.ristretto.runtime.container.ReopenContainerLog;
import dev.ristretto.runtime.container.StartContainer;
import dev.ristretto.runtime.container.StopContainer;
import dev.ristretto.runtime.container.UpdateContainerResources;
import dev.ristretto.runtime.event.ContainerEvents;
import dev.ristretto.runtime.exec.ContainerAttach;
import dev.ristretto.runtime.exec.ContainerExec;
import dev.ristretto.runtime.explain.RecoveredFlights;
import dev.ristretto.runtime.flight.FlightRecorder;
import dev.ristretto.runtime.grpc.RuntimeCalls;
import dev.ristretto.runtime.network.PodNetworks;
import dev.ristretto.runtime.recovery.Recovery;
import dev.ristretto.runtime.sandbox.PodFiles;
import dev.ristretto.runtime.sandbox.PodLocks;
import dev.ristretto.runtime.sandbox.PodLoss;
import dev.ristretto.runtime.sandbox.PodPorts;
import dev.ristretto.runtime.sandbox.PodResources;
import dev.ristretto.runtime.sandbox.PodShims;
import dev.ristretto.runtime.sandbox.PodWatches;
import dev.ristretto.runtime.sandbox.Pods;
import dev.ristretto.runtime.sandbox.RemovePodSandbox;
import dev.ristretto.runtime.sandbox.RunPodSandbox;
import dev.ristretto.runtime.sandbox.SandboxNames;
import dev.ristretto.runtime.sandbox.SandboxRecovery;
import dev.ristretto.runtime.sandbox.SandboxStore;
import dev.ristretto.runtime.sandbox.StopPodSandbox;
import dev.ristretto.runtime.sandbox.UpdatePodResources;
import dev.ristretto.runtime.sandbox.UserNamespaceSupport;
import dev.ristretto.runtime.spec.SeccompProfile;
import dev.ristretto.runtime.store.IdSource;
import dev.ristretto.runtime.store.StateLayout;

import java.util.concurrent.Executor;

/** Pods and containers: stores, use cases, recovery. */
final class PodParts {
    private final Host host;
    private final RistrettoConfig config;
    private final Images images;
    private final Snapshots snapshots;
    private final PodNetworks networks;
    private final StateLayout layout;
    private final UserNamespaceSupport users;
    private final PodShims shims;

    private final Pods pods;
    private final ContainerStore containers;
    private final ContainerExits exits;
    private final ContainerKill kill;
    private final ContainerPlanner planner;
    private final ContainerResources containerResources;
    private final RemoveContainer removeContainer;
    private final ContainersOfPod containersOfPod;
    private final PodResources podResources;
    private final PodLoss loss;
    private final PodWatches watches;
    private final ContainerEvents events;

    /**
     * What pods are made on and of.
     *
     * @param later runs what nobody waits for
     */
    record Ground(
            Host host,
            RistrettoConfig config,
            Images images,
            Snapshots snapshots,
            PodNetworks networks,
            StateLayout layout,
            UserNamespaceSupport users,
            Executor later,
            EndListener ends) {}

    /** Empty stores of pods and containers. */
    record Stores(SandboxStore sandboxes, ContainerStore containers) {
        static Stores in(StateLayout layout) {
            return new Stores(new SandboxStore(layout), new ContainerStore(layout));
        }
    }

    PodParts(Ground ground, PodShims shims, Stores stores, ContainerKill.Patience patience) {
        this.host = ground.host();
        this.config = ground.config();
        this.images = ground.images();
        this.snapshots = ground.snapshots();
        this.networks = ground.networks();
        this.layout = ground.layout();
        this.users = ground.users();
        this.shims = shims;
        var sandboxes = stores.sandboxes();
        pods = new Pods(sandboxes, new SandboxNames(sandboxes), new PodLocks());
        containers = stores.containers();
        events = ContainerEvents.of(sandboxes, containers, host.clock());
        exits = new ContainerExits(containers, host.cgroups(), ground.ends(), ground.later());
        var containerLoss = new ContainerLoss(exits, host.cgroups(), layout, host.clock());
        kill = new ContainerKill(exits, shims, host.cgroups(), containerLoss, patience);
        planner =
                new ContainerPlanner(
                        new ContainerPlanner.Host(
                                host.linux(),
                                host.cgroups(),
                                host.features(),
                                host.capabilities(),
                                host.seccomp()),
                        snapshots,
                        layout);
        containerResources = new ContainerResources(snapshots, host.cgroups(), shims, planner);
        removeContainer = new RemoveContainer(containers, pods.locks(), kill, containerResources);
        containersOfPod = new ContainersOfPod(containers, kill, containerLoss, removeContainer);
        podResources =
                new PodResources(
                        host.cgroups(), new PodFiles(layout, host.linux()), shims, networks);
        loss = new PodLoss(pods, containersOfPod, podResources);
        watches =
                new PodWatches(
                        shims,
                        new ContainerWatcher(
                                containers,
                                exits,
                                shims,
                                new ContainerWatcher.Losses(loss, containerLoss)));
    }

    ContainerStore containerStore() {
        return containers;
    }

    ContainerEvents events() {
        return events;
    }

    PodWatches watches() {
        return watches;
    }

    boolean isEmpty() {
        return pods.sandboxes().all().isEmpty();
    }

    Recovery recovery() {
        return new Recovery(
                layout,
                new SandboxRecovery(pods, podResources, watches, loss, layout),
                new ContainerRecovery(
                        containers,
                        pods.sandboxes(),
                        new ContainerRecovery.Remains(
                                snapshots, host.cgroups(), planner, containerResources)),
                networks);
    }

    /** Once they are recovered: their steps went with the daemon that did them. */
    void recordRecovered(FlightRecorder flights) {
        new RecoveredFlights(flights).record(pods.sandboxes(), containers, host.clock().instant());
    }

    RuntimeCalls.Sandboxes sandboxCalls() {
        var stop = new StopPodSandbox(pods, containersOfPod, podResources, watches);
        return new RuntimeCalls.Sandboxes(
                pods.sandboxes(),
                new RunPodSandbox(
                        pods,
                        podResources,
                        watches,
                        host.cgroups(),
                        new RunPodSandbox.Settings(
                                config.cgroupParent(), IdSource.random(), host.clock(), users)),
                stop,
                new RemovePodSandbox(pods, stop, containersOfPod, podResources),
                new UpdatePodResources(pods, host.cgroups()));
    }

    RuntimeCalls.Containers containerCalls() {
        return new RuntimeCalls.Containers(
                containers,
                new CreateContainer(
                        pods,
                        containers,
                        new CreateContainer.Sources(
                                IdSource.random(),
                                host.clock(),
                                images,
                                snapshots,
                                new CdiDevices(config.cdi().specDirs()),
                                host.linux(),
                                host.modules()),
                        planner,
                        containerResources),
                new StartContainer(
                        pods,
                        containers,
                        exits,
                        shims,
                        new StartContainer.Preparation(planner, containerResources, host.clock())),
                new StopContainer(containers, exits, kill),
                removeContainer,
                new UpdateContainerResources(containers, pods.locks(), host.cgroups()),
                new ReopenContainerLog(containers, shims),
                SeccompProfile.named(config.unsetSeccompProfile()));
    }

    ContainerAttach attach() {
        return new ContainerAttach(containers, shims);
    }

    PodPorts ports() {
        return new PodPorts(pods.sandboxes(), host.linux());
    }

    ContainerExec exec() {
        return new ContainerExec(pods.sandboxes(), containers, planner, shims);
    }
}
