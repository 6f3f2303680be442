// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.Undo;
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

    /**
     * Ends what is left of the pod and records that it has stopped. For one that has stopped
     * already, what may have been left out then is done now.
     */
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
        if (sandbox.isEmpty() || sandbox.get().state() instanceof SandboxState.Creating) {
            return;
        }
        try (var undo = new Undo()) {
            // From the last to the first, each whatever became of the others: nothing runs any
            // more.
            undo.push(() -> resources.release(sandbox.get()));
            undo.push(() -> pods.sandboxes().observe(id, Sandbox::stopped));
            undo.push(() -> resources.endShim(sandbox.get()));
            undo.push(() -> containers.abandonAll(id));
        }
    }
}
