// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;

/**
 * {@code StopPodSandbox}: kills what runs in the pod and takes its network. Idempotent: a pod that
 * is stopped or unknown is a success, and one that could not be stopped whole can be stopped again.
 */
public final class StopPodSandbox {
    private final Pods pods;
    private final PodContainers containers;
    private final PodResources resources;
    private final PodWatches watches;

    public StopPodSandbox(
            Pods pods, PodContainers containers, PodResources resources, PodWatches watches) {
        this.pods = pods;
        this.containers = containers;
        this.resources = resources;
        this.watches = watches;
    }

    /** Stops a pod sandbox. */
    public void run(PodSandboxId id) throws IOException {
        pods.locks()
                .call(
                        id,
                        () -> {
                            stop(id);
                            return id;
                        });
    }

    private void stop(PodSandboxId id) throws IOException {
        var sandbox = pods.sandboxes().find(id);
        if (sandbox.isEmpty() || !(sandbox.get().state() instanceof SandboxState.Ready)) {
            return;
        }
        containers.stopAll(id);
        watches.end(id);
        resources.stop(sandbox.get());
        pods.sandboxes().update(id, current -> current.in(current.state().stopped()));
    }
}
