// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.fault.Undo;
import dev.ristretto.linux.cgroup.CgroupLimits;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.runtime.sandbox.PodLocks;
import dev.ristretto.runtime.spec.ContainerId;

import java.io.IOException;

/** {@code UpdateContainerResources}: all of it or nothing; what is absent stays as it is. */
public final class UpdateContainerResources {
    private final ContainerStore containers;
    private final PodLocks locks;
    private final Cgroups cgroups;

    public UpdateContainerResources(ContainerStore containers, PodLocks locks, Cgroups cgroups) {
        this.containers = containers;
        this.locks = locks;
        this.cgroups = cgroups;
    }

    /**
     * Changes the limits of a container that is created or runs.
     *
     * @throws RuntimeFault {@code NOT_FOUND}, {@code WRONG_STATE} if it has ended or uses more
     *     memory than it would be allowed, {@code INVALID_ARGUMENT}
     */
    public void run(ContainerId id, CgroupLimits wanted) throws IOException {
        var podSandboxId = containers.get(id).podSandboxId();
        locks.call(
                podSandboxId,
                () -> {
                    update(containers.get(id), wanted);
                    return id;
                });
    }

    private void update(Container container, CgroupLimits wanted) throws IOException {
        if (container.state() instanceof ContainerState.Exited) {
            throw RuntimeFault.wrongState(
                    "update resources of %s: it has ended", container.described());
        }
        var cgroup = cgroups.at(container.cgroup());
        // What was asked for before is exact; the kernel knows what nobody asked for.
        var before = cgroup.read().with(container.limits()).only(wanted);
        try (var undo = new Undo()) {
            undo.push(() -> cgroup.write(before));
            cgroup.write(wanted);
            containers.update(
                    container.id(), current -> current.limitedTo(current.limits().with(wanted)));
            undo.commit();
        }
    }
}
