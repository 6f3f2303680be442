// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.cgroup.DeviceRule;
import dev.ristretto.linux.mount.MountConstants;
import dev.ristretto.linux.mount.MountFlag;
import dev.ristretto.linux.syscall.DeviceNumber;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.runtime.shim.ShimOp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is in a container's {@code /dev}, and devices elsewhere.
 *
 * @param opens the host's devices, where none can be made: in a user namespace mknod(2) is refused
 */
record DeviceNodes(List<ShimOp> opens, List<ShimOp> attaches) {
    private static final String CONSOLE = "/dev/console";
    private static final int EVERYBODY = 0666;

    /** What the OCI runtime specification wants in each container. */
    private static final List<ResolvedDevice> DEFAULTS =
            List.of(
                    character("/dev/null", 1, 3),
                    character("/dev/zero", 1, 5),
                    character("/dev/full", 1, 7),
                    character("/dev/random", 1, 8),
                    character("/dev/urandom", 1, 9),
                    character("/dev/tty", 5, 0));

    /** Link by target, in order. */
    private static final List<Map.Entry<String, String>> LINKS =
            List.of(
                    Map.entry("/dev/ptmx", "pts/ptmx"),
                    Map.entry("/dev/fd", "/proc/self/fd"),
                    Map.entry("/dev/stdin", "/proc/self/fd/0"),
                    Map.entry("/dev/stdout", "/proc/self/fd/1"),
                    Map.entry("/dev/stderr", "/proc/self/fd/2"));

    static DeviceNodes of(ContainerInput input, Slots slots) {
        boolean ownDev = ownDev(input);
        var opens = new ArrayList<ShimOp>();
        var ops = new ArrayList<ShimOp>();
        for (var device : devices(input)) {
            if (!ownDev && ContainerPath.within(device.containerPath(), "/dev")) {
                continue;
            }
            if (input.ids().isHost()) {
                ops.addAll(node(device));
            } else {
                int slot = slots.next();
                opens.addAll(open(device, slot));
                ops.addAll(attach(device, slot));
            }
        }
        if (ownDev) {
            LINKS.forEach(
                    link ->
                            ops.add(
                                    new ShimOp.Symlink(
                                            Slots.ROOT, link.getValue(), link.getKey())));
            if (input.config().stdio().tty()) {
                ops.add(new ShimOp.EnsureFile(Slots.ROOT, CONSOLE, 0600));
            }
        }
        return new DeviceNodes(opens, ops);
    }

    /** The terminal, which is the container's console too; its size comes with the first client. */
    static ShimOp terminal(ContainerInput input) {
        return new ShimOp.Tty(0, 0, ownDev(input) ? 1 : 0);
    }

    private static boolean ownDev(ContainerInput input) {
        return !KernelMounts.replaced(input, "/dev");
    }

    /** Each path once: what is asked for replaces a default. */
    private static Iterable<ResolvedDevice> devices(ContainerInput input) {
        var byPath = new LinkedHashMap<String, ResolvedDevice>();
        DEFAULTS.forEach(device -> byPath.put(device.containerPath(), device));
        input.devices().forEach(d -> byPath.put(ContainerPath.clean(d.containerPath()), d));
        return byPath.values();
    }

    private static List<ShimOp> node(ResolvedDevice device) {
        int type =
                switch (device.kind()) {
                    case CHARACTER -> FileFlags.S_IFCHR;
                    case BLOCK -> FileFlags.S_IFBLK;
                };
        var path = ContainerPath.clean(device.containerPath());
        var node =
                new ShimOp.Mknod(
                        Slots.ROOT,
                        path,
                        type | device.node().permissions(),
                        encode(device.number()));
        var ops = new ArrayList<ShimOp>();
        var directory = ContainerPath.parent(path);
        if (!directory.equals("/dev")) {
            ops.add(new ShimOp.EnsureDir(Slots.ROOT, directory, 0755));
        }
        ops.add(node);
        var owner = device.node();
        if (owner.uid() != 0 || owner.gid() != 0) {
            ops.add(new ShimOp.Chown(Slots.ROOT, path, owner.uid(), owner.gid()));
        }
        return ops;
    }

    private static List<ShimOp> open(ResolvedDevice device, int slot) {
        return List.of(
                new ShimOp.OpenTree(slot, device.hostPath(), MountConstants.OPEN_TREE_CLONE),
                new ShimOp.MountSetattr(slot, 0, 0, 0, MountFlag.MS_PRIVATE.bit()));
    }

    private static List<ShimOp> attach(ResolvedDevice device, int slot) {
        var path = ContainerPath.clean(device.containerPath());
        return List.of(
                new ShimOp.EnsureFile(Slots.ROOT, path, EVERYBODY),
                new ShimOp.MoveMount(slot, Slots.ROOT, path));
    }

    /** As makedev(3) does. */
    private static long encode(DeviceNumber number) {
        long major = number.major();
        long minor = number.minor();
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12;
    }

    private static ResolvedDevice character(String path, int major, int minor) {
        return new ResolvedDevice(
                path,
                path,
                DeviceRule.Kind.CHARACTER,
                new DeviceNumber(major, minor),
                EVERYBODY,
                "rwm");
    }
}
