// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.cgroup.Hierarchy;
import dev.ristretto.linux.mount.MountAttr;
import dev.ristretto.linux.mount.MountConstants;
import dev.ristretto.linux.mount.MountFlag;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.runtime.plan.KernelMounts.KernelMount;
import dev.ristretto.runtime.shim.ShimOp;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code /sys/fs/cgroup}: the container's own part, read-only; for a privileged one the host's.
 *
 * @param opens in the host's mount namespace
 */
record CgroupMounts(List<ShimOp> opens, List<ShimOp> attaches) {
    private static final String TARGET = "/sys/fs/cgroup";
    private static final long READONLY =
            KernelMounts.NOSUID_NODEV_NOEXEC | MountAttr.MOUNT_ATTR_RDONLY.bit();

    static CgroupMounts of(ContainerInput input, Slots slots) {
        if (KernelMounts.replaced(input, TARGET)) {
            return new CgroupMounts(List.of(), List.of());
        }
        if (input.privileged()) {
            return ofHost(slots.next());
        }
        var v1 =
                input.cgroup().hierarchies().stream()
                        .filter(hierarchy -> !hierarchy.unified())
                        .toList();
        if (v1.isEmpty()) {
            var mount = new KernelMount(TARGET, "cgroup2", List.of(), READONLY);
            return new CgroupMounts(List.of(), mount.ops(slots.next()));
        }
        return new CgroupMounts(List.of(), v1(v1, slots));
    }

    /**
     * A copy of the host's mounts. A new mount of cgroup2 in the host's cgroup namespace would
     * reset the options that the host has mounted it with (nsdelegate, memory_recursiveprot).
     */
    private static CgroupMounts ofHost(int slot) {
        return new CgroupMounts(
                List.of(
                        new ShimOp.OpenTree(
                                slot,
                                TARGET,
                                MountConstants.OPEN_TREE_CLONE | FileFlags.AT_RECURSIVE),
                        new ShimOp.MountSetattr(
                                slot, FileFlags.AT_RECURSIVE, 0, 0, MountFlag.MS_PRIVATE.bit())),
                List.of(new ShimOp.MoveMount(slot, Slots.ROOT, TARGET)));
    }

    /** One tree for each controller, found at the host's names for them. */
    private static List<ShimOp> v1(List<Hierarchy> hierarchies, Slots slots) {
        int directory = slots.next();
        var ops = new ArrayList<ShimOp>();
        ops.addAll(
                new KernelMount(
                                TARGET,
                                "tmpfs",
                                List.of("mode=755"),
                                KernelMounts.NOSUID_NODEV_NOEXEC)
                        .ops(directory));
        for (var hierarchy : hierarchies) {
            var name = hierarchy.root().getFileName().toString();
            var controllers = hierarchy.controllers().stream().sorted().toList();
            ops.addAll(
                    new KernelMount(TARGET + "/" + name, "cgroup", options(controllers), READONLY)
                            .ops(slots.next()));
            if (controllers.size() > 1) {
                controllers.forEach(
                        controller ->
                                ops.add(
                                        new ShimOp.Symlink(
                                                Slots.ROOT, name, TARGET + "/" + controller)));
            }
        }
        ops.add(new ShimOp.MountSetattr(directory, 0, MountAttr.MOUNT_ATTR_RDONLY.bit(), 0, 0));
        return ops;
    }

    /** A tree that only names has no controllers, which must be said. */
    private static List<String> options(List<String> controllers) {
        var options = new ArrayList<String>();
        if (controllers.stream().allMatch(controller -> controller.startsWith("name="))) {
            options.add("none");
        }
        options.addAll(controllers);
        return options;
    }
}
