// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.fault.Undo;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.runtime.spec.PodLimits;
import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;

/**
 * {@code UpdatePodSandboxResources}: remembers what the pod may use. A cgroup that the client named
 * is the client's to limit, as the kubelet does before it calls; one of this runtime's is limited
 * here.
 */
public final class UpdatePodResources {
    private final Pods pods;
    private final Cgroups cgroups;

    public UpdatePodResources(Pods pods, Cgroups cgroups) {
        this.pods = pods;
        this.cgroups = cgroups;
    }

    /**
     * Changes them, all or none.
     *
     * @throws RuntimeFault {@code NOT_FOUND}, {@code WRONG_STATE} if the pod uses more memory than
     *     it would be allowed, {@code INVALID_ARGUMENT}
     */
    public void run(PodSandboxId id, PodLimits wanted) throws IOException {
        pods.locks()
                .call(
                        id,
                        () -> {
                            update(pods.sandboxes().get(id), wanted);
                            return id;
                        });
    }

    private void update(Sandbox sandbox, PodLimits wanted) throws IOException {
        try (var undo = new Undo()) {
            if (sandbox.limitsCgroup() && sandbox.state() instanceof SandboxState.Ready) {
                var cgroup = cgroups.create(sandbox.cgroup());
                var limits = wanted.ofCgroup();
                var before = cgroup.read().with(sandbox.limits().ofCgroup()).only(limits);
                undo.push(() -> cgroup.write(before));
                cgroup.write(limits);
            }
            pods.sandboxes().update(sandbox.id(), current -> current.limitedTo(wanted));
            undo.commit();
        }
    }
}
