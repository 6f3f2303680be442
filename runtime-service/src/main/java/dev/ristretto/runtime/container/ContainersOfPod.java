// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.Undo;
import dev.ristretto.runtime.sandbox.PodContainers;
import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;

/**
 * What happens to all containers of a pod at once. Each is tried, whatever becomes of the others.
 */
public final class ContainersOfPod implements PodContainers {
    private final ContainerStore containers;
    private final ContainerKill kill;
    private final ContainerLoss loss;
    private final RemoveContainer remove;

    public ContainersOfPod(
            ContainerStore containers,
            ContainerKill kill,
            ContainerLoss loss,
            RemoveContainer remove) {
        this.containers = containers;
        this.kill = kill;
        this.loss = loss;
        this.remove = remove;
    }

    @Override
    public void stopAll(PodSandboxId id) throws IOException {
        try (var each = new Undo()) {
            var running =
                    containers.of(id).stream()
                            .filter(c -> c.state() instanceof ContainerState.Running)
                            .toList();
            // From the last to the first: all are killed, then all are waited for.
            running.forEach(container -> each.push(() -> kill.finish(container)));
            running.forEach(container -> each.push(() -> kill.begin(container)));
        }
    }

    @Override
    public void removeAll(PodSandboxId id) throws IOException {
        try (var each = new Undo()) {
            containers.of(id).forEach(container -> each.push(() -> remove.remove(container.id())));
        }
    }

    @Override
    public void abandonAll(PodSandboxId id) throws IOException {
        try (var each = new Undo()) {
            containers.of(id).stream()
                    .filter(container -> !(container.state() instanceof ContainerState.Exited))
                    .forEach(container -> each.push(() -> loss.abandon(container)));
        }
    }
}
