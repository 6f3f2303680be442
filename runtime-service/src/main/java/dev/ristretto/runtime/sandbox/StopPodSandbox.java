// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.Undo;
import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;

/**
 * {@code StopPodSandbox}: kills what runs in the pod and takes its network. Idempotent: a pod that
 * is stopped or unknown is a success, and one that could not be stopped whole can be stopped again.
 * A pod without processes is not ready, even if its network could not be taken yet.
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
        if (sandbox.isEmpty()) {
            return;
        }
        if (sandbox.get().state() instanceof SandboxState.Ready) {
            end(sandbox.get());
        }
        resources.detach(sandbox.get());
    }

    private void end(Sandbox sandbox) throws IOException {
        var id = sandbox.id();
        containers.stopAll(id);
        try (var undo = new Undo()) {
            undo.push(() -> watches.resume(id));
            watches.end(id);
            resources.keepNetns(sandbox);
            resources.endShim(sandbox);
            undo.commit();
        }
        pods.sandboxes().observe(id, Sandbox::stopped);
    }
}
