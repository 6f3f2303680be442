// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.runtime.sandbox.PodLocks;
import dev.ristretto.runtime.spec.ContainerId;

import java.io.IOException;

/**
 * {@code RemoveContainer}: kills it if it runs, and leaves nothing of it but its log. Idempotent.
 */
public final class RemoveContainer {
    private final ContainerStore containers;
    private final PodLocks locks;
    private final ContainerKill kill;
    private final ContainerResources resources;

    public RemoveContainer(
            ContainerStore containers,
            PodLocks locks,
            ContainerKill kill,
            ContainerResources resources) {
        this.containers = containers;
        this.locks = locks;
        this.kill = kill;
        this.resources = resources;
    }

    /** Removes a container. */
    public void run(ContainerId id) throws IOException {
        var container = containers.find(id);
        if (container.isPresent()) {
            locks.call(
                    container.get().podSandboxId(),
                    () -> {
                        remove(id);
                        return id;
                    });
        }
    }

    /** The same, for who holds the pod's lock already. */
    void remove(ContainerId id) throws IOException {
        var container = containers.find(id);
        if (container.isEmpty()) {
            return;
        }
        if (container.get().state() instanceof ContainerState.Running) {
            kill.begin(container.get());
            kill.finish(container.get());
        }
        resources.takeBack(container.get());
        containers.remove(id);
    }
}
