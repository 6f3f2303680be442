// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;

/** What happens when a podshim ends that nobody asked to: the pod has stopped. */
public final class PodLoss {
    private final Pods pods;
    private final PodContainers containers;
    private final PodResources resources;

    public PodLoss(Pods pods, PodContainers containers, PodResources resources) {
        this.pods = pods;
        this.containers = containers;
        this.resources = resources;
    }

    /** Ends what is left of the pod and records that it has stopped. */
    public void gone(PodSandboxId id) throws IOException {
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
        containers.abandonAll(id);
        resources.stop(sandbox.get());
        pods.sandboxes().update(id, current -> current.in(current.state().stopped()));
    }
}
