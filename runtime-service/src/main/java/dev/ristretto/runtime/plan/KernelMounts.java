// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.mount.MountAttr;
import dev.ristretto.runtime.shim.ShimOp;

import java.util.ArrayList;
import java.util.List;

/** The file systems that the kernel makes up: proc, sys, dev and what is in it. */
final class KernelMounts {
    static final long NOSUID_NODEV_NOEXEC =
            MountAttr.mask(
                    List.of(
                            MountAttr.MOUNT_ATTR_NOSUID,
                            MountAttr.MOUNT_ATTR_NODEV,
                            MountAttr.MOUNT_ATTR_NOEXEC));

    private static final long NOSUID_NOEXEC =
            MountAttr.mask(List.of(MountAttr.MOUNT_ATTR_NOSUID, MountAttr.MOUNT_ATTR_NOEXEC));

    private static final long DEV_ATTRIBUTES =
            MountAttr.mask(List.of(MountAttr.MOUNT_ATTR_NOSUID, MountAttr.MOUNT_ATTR_STRICTATIME));

    /** The group tty of Debian and of most others: who owns terminals, see grantpt(3). */
    private static final String TTY_GROUP = "gid=5";

    private KernelMounts() {}

    static List<ShimOp> ops(ContainerInput input, Slots slots) {
        long sysAttributes =
                input.privileged()
                        ? NOSUID_NODEV_NOEXEC
                        : NOSUID_NODEV_NOEXEC | MountAttr.MOUNT_ATTR_RDONLY.bit();
        var mounts =
                List.of(
                        new KernelMount("/proc", "proc", List.of(), NOSUID_NODEV_NOEXEC),
                        new KernelMount(
                                "/dev",
                                "tmpfs",
                                List.of("mode=755", "size=65536k"),
                                DEV_ATTRIBUTES),
                        new KernelMount(
                                "/dev/pts",
                                "devpts",
                                List.of("newinstance", "ptmxmode=0666", "mode=0620", TTY_GROUP),
                                NOSUID_NOEXEC),
                        new KernelMount("/dev/mqueue", "mqueue", List.of(), NOSUID_NODEV_NOEXEC),
                        new KernelMount("/sys", "sysfs", List.of(), sysAttributes));
        var ops = new ArrayList<ShimOp>();
        for (var mount : mounts) {
            if (!replaced(input, mount.target())) {
                ops.addAll(mount.ops(slots.next()));
            }
        }
        return ops;
    }

    /**
     * Whether the config mounts something of its own there, or over all of {@code /dev} or {@code
     * /sys}, as node agents do with the host's: nothing may be made in those.
     */
    static boolean replaced(ContainerInput input, String target) {
        var targets = BindMounts.targets(input);
        return targets.contains(target)
                || (ContainerPath.within(target, "/dev") && targets.contains("/dev"))
                || (ContainerPath.within(target, "/sys") && targets.contains("/sys"));
    }

    record KernelMount(String target, String fileSystem, List<String> options, long attributes) {
        List<ShimOp> ops(int slot) {
            return List.of(
                    new ShimOp.Fsmount(slot, fileSystem, options, attributes),
                    new ShimOp.EnsureDir(Slots.ROOT, target, 0755),
                    new ShimOp.MoveMount(slot, Slots.ROOT, target));
        }
    }
}
