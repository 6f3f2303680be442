// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.mount.MountConstants;
import dev.ristretto.linux.mount.MountFlag;
import dev.ristretto.runtime.shim.ShimOp;

import java.util.List;

/**
 * {@code /dev/shm}: the one that all containers of the pod share, or the host's with the host's IPC
 * namespace.
 *
 * @param opens in the host's mount namespace
 * @param podOpens in the pod's
 */
record ShmMount(List<ShimOp> opens, List<ShimOp> podOpens, List<ShimOp> attaches) {
    private static final String TARGET = "/dev/shm";

    static ShmMount of(ContainerInput input, Slots slots) {
        if (KernelMounts.replaced(input, TARGET)) {
            return new ShmMount(List.of(), List.of(), List.of());
        }
        int slot = slots.next();
        List<ShimOp> attaches =
                List.of(
                        new ShimOp.EnsureDir(Slots.ROOT, TARGET, 0755),
                        new ShimOp.MoveMount(slot, Slots.ROOT, TARGET));
        if (ContainerPlan.hostIpc(input.sandbox())) {
            return new ShmMount(
                    List.of(
                            new ShimOp.OpenTree(slot, TARGET, MountConstants.OPEN_TREE_CLONE),
                            new ShimOp.MountSetattr(slot, 0, 0, 0, MountFlag.MS_PRIVATE.bit())),
                    List.of(),
                    attaches);
        }
        return new ShmMount(
                List.of(),
                List.of(
                        new ShimOp.OpenTree(
                                slot, ContainerPlan.POD_SHM, MountConstants.OPEN_TREE_CLONE)),
                attaches);
    }
}
