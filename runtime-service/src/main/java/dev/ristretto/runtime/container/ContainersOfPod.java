// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.runtime.sandbox.PodContainers;
import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What happens to all containers of a pod at once. */
public final class ContainersOfPod implements PodContainers {
    private static final int UNKNOWN_EXIT = 255;

    private final ContainerStore containers;
    private final ContainerExits exits;
    private final ContainerKill kill;
    private final RemoveContainer remove;
    private final Abandoning abandoning;

    /** What it takes to give up on processes whose podshim is gone. */
    public record Abandoning(Cgroups cgroups, InstantSource clock) {}

    public ContainersOfPod(
            ContainerStore containers,
            ContainerExits exits,
            ContainerKill kill,
            RemoveContainer remove,
            Abandoning abandoning) {
        this.containers = containers;
        this.exits = exits;
        this.kill = kill;
        this.remove = remove;
        this.abandoning = abandoning;
    }

    @Override
    public void stopAll(PodSandboxId id) throws IOException {
        var running = running(id);
        for (var container : running) {
            kill.begin(container);
        }
        for (var container : running) {
            kill.finish(container);
        }
    }

    @Override
    public void removeAll(PodSandboxId id) throws IOException {
        for (var container : containers.of(id)) {
            remove.remove(container.id());
        }
    }

    @Override
    public void abandonAll(PodSandboxId id) throws IOException {
        for (var container : running(id)) {
            abandoning.cgroups().at(container.cgroup()).kill();
            exits.record(
                    container.id(),
                    new ContainerState.Exited(
                            startOf(container),
                            abandoning.clock().instant(),
                            UNKNOWN_EXIT,
                            "ContainerStatusUnknown",
                            "its podshim ended, and how the container ended with it"));
        }
    }

    private static Optional<Instant> startOf(Container container) {
        return container.state() instanceof ContainerState.Running(var startedAt, _)
                ? Optional.of(startedAt)
                : Optional.empty();
    }

    private List<Container> running(PodSandboxId id) {
        return containers.of(id).stream()
                .filter(container -> container.state() instanceof ContainerState.Running)
                .toList();
    }
}
