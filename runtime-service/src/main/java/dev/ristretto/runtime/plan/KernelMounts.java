// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.mount.MountAttr;
import dev.ristretto.linux.mount.MountConstants;
import dev.ristretto.linux.mount.MountFlag;
import dev.ristretto.runtime.shim.ShimOp;

import java.util.ArrayList;
import java.util.List;

/**
 * The file systems that the kernel makes up: proc, sys, dev and what is in it.
 *
 * @param opens what can only be copied from the host
 * @param makes before the root is changed: in a user namespace the kernel makes proc and sysfs only
 *     for who sees them whole already
 */
record KernelMounts(List<ShimOp> opens, List<ShimOp> makes, List<ShimOp> attaches) {
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
    private static final long TTY_GROUP = 5;

    private static final String SYS = "/sys";

    static KernelMounts of(ContainerInput input, Slots slots) {
        var opens = new ArrayList<ShimOp>();
        var makes = new ArrayList<ShimOp>();
        var attaches = new ArrayList<ShimOp>();
        for (var mount : mounts(input)) {
            if (replaced(input, mount.target())) {
                continue;
            }
            int slot = slots.next();
            if (mount.target().equals(SYS) && sysIsOfHost(input)) {
                opens.addAll(copy(mount, slot));
            } else {
                makes.add(mount.make(slot));
            }
            attaches.addAll(mount.attach(slot));
        }
        return new KernelMounts(opens, makes, attaches);
    }

    /** sysfs shows a network, so only who owns that may make one. */
    private static boolean sysIsOfHost(ContainerInput input) {
        return !input.ids().isHost() && input.sandbox().namespaces().hostNetwork();
    }

    private static List<ShimOp> copy(KernelMount mount, int slot) {
        return List.of(
                new ShimOp.OpenTree(slot, mount.target(), MountConstants.OPEN_TREE_CLONE),
                new ShimOp.MountSetattr(
                        slot, 0, mount.attributes(), 0, MountFlag.MS_PRIVATE.bit()));
    }

    private static List<KernelMount> mounts(ContainerInput input) {
        long sysAttributes =
                input.privileged()
                        ? NOSUID_NODEV_NOEXEC
                        : NOSUID_NODEV_NOEXEC | MountAttr.MOUNT_ATTR_RDONLY.bit();
        return List.of(
                new KernelMount("/proc", "proc", List.of(), NOSUID_NODEV_NOEXEC),
                new KernelMount(
                        "/dev", "tmpfs", List.of("mode=755", "size=65536k"), DEV_ATTRIBUTES),
                new KernelMount("/dev/pts", "devpts", terminals(input), NOSUID_NOEXEC),
                new KernelMount("/dev/mqueue", "mqueue", List.of(), NOSUID_NODEV_NOEXEC),
                new KernelMount(SYS, "sysfs", List.of(), sysAttributes));
    }

    private static List<String> terminals(ContainerInput input) {
        var options = new ArrayList<>(List.of("newinstance", "ptmxmode=0666", "mode=0620"));
        if (input.ids().find(TTY_GROUP).isPresent()) {
            options.add("gid=" + TTY_GROUP);
        }
        return options;
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
            var ops = new ArrayList<ShimOp>();
            ops.add(make(slot));
            ops.addAll(attach(slot));
            return ops;
        }

        ShimOp make(int slot) {
            return new ShimOp.Fsmount(slot, fileSystem, options, attributes);
        }

        List<ShimOp> attach(int slot) {
            return List.of(
                    new ShimOp.EnsureDir(Slots.ROOT, target, 0755),
                    new ShimOp.MoveMount(slot, Slots.ROOT, target));
        }
    }
}
