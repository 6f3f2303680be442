// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;

/**
 * {@code RemovePodSandbox}: stops the pod if it runs, removes its containers, then everything that
 * is left of it. Idempotent.
 */
public final class RemovePodSandbox {
    private final Pods pods;
    private final StopPodSandbox stop;
    private final PodContainers containers;
    private final PodResources resources;

    public RemovePodSandbox(
            Pods pods, StopPodSandbox stop, PodContainers containers, PodResources resources) {
        this.pods = pods;
        this.stop = stop;
        this.containers = containers;
        this.resources = resources;
    }

    /** Removes a pod sandbox. */
    public void run(PodSandboxId id) throws IOException {
        pods.locks()
                .call(
                        id,
                        () -> {
                            remove(id);
                            return id;
                        });
    }

    private void remove(PodSandboxId id) throws IOException {
        stop.run(id);
        var sandbox = pods.sandboxes().find(id);
        if (sandbox.isEmpty()) {
            return;
        }
        containers.removeAll(id);
        resources.takeBack(sandbox.get());
        pods.sandboxes().remove(id);
        pods.names().release(sandbox.get());
    }
}
