// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.snapshot.Rootfs;
import dev.ristretto.linux.mount.MountAttr;
import dev.ristretto.linux.mount.MountConstants;
import dev.ristretto.linux.mount.MountFlag;
import dev.ristretto.linux.syscall.ProcessFlags;
import dev.ristretto.runtime.shim.ShimOp;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The container's root: an overlay of its image's layers and its own directory, made as a detached
 * mount in {@code slot}.
 *
 * @param opens make it, in the host's mount namespace, after everything else of the host is open
 * @param seals end the time in which the container's own root can be changed by these operations
 */
record OverlayRoot(int slot, List<ShimOp> opens, List<ShimOp> seals) {
    /** mount(2) takes one page of options, with its NUL. */
    private static final int ONE_PAGE = 4095;

    static final String OVERLAY = "overlay";

    /** In a copy of the host's mount namespace, before anything is mounted there. */
    static final ShimOp NOTHING_PROPAGATES =
            new ShimOp.Mount("", "/", "", MountFlag.MS_REC.bit() | MountFlag.MS_PRIVATE.bit(), "");

    /** Nothing of a container is needed after a crash of the host: never wait for its disk. */
    private static final String VOLATILE = "volatile";

    static OverlayRoot of(ContainerInput input, Slots slots) {
        int slot = slots.next();
        var rootfs = input.rootfs();
        requirePlainPaths(rootfs);
        var opens =
                switch (input.features().overlay()) {
                    case LOWERDIR_PLUS -> layerByLayer(slot, rootfs);
                    case ONE_PAGE -> onePage(slot, rootfs);
                    case NONE ->
                            throw RuntimeFault.unsupported(
                                    "mount the container's root: the kernel has no overlayfs; load"
                                            + " it with: modprobe overlay");
                };
        return new OverlayRoot(slot, opens, input.readonlyRootfs() ? readonly(slot) : List.of());
    }

    private static List<ShimOp> layerByLayer(int slot, Rootfs rootfs) {
        var options = new ArrayList<String>();
        rootfs.lowerDirs().forEach(layer -> options.add("lowerdir+=" + layer));
        options.add("upperdir=" + rootfs.upperDir());
        options.add("workdir=" + rootfs.workDir());
        options.add(VOLATILE);
        return List.of(new ShimOp.Fsmount(slot, OVERLAY, options, 0));
    }

    /**
     * For kernels before 6.7: mount(2) needs a place, which is the work directory in a throw-away
     * copy of the host's mount namespace, and the program goes on with a detached copy of it.
     */
    private static List<ShimOp> onePage(int slot, Rootfs rootfs) {
        var data =
                page(
                        String.join(
                                ",",
                                "lowerdir=" + joined(rootfs.lowerDirs()),
                                "upperdir=" + rootfs.upperDir(),
                                "workdir=" + rootfs.workDir(),
                                VOLATILE));
        var place = rootfs.workDir().toString();
        return List.of(
                new ShimOp.Unshare(ProcessFlags.CLONE_NEWNS),
                NOTHING_PROPAGATES,
                new ShimOp.Mount(OVERLAY, place, OVERLAY, 0, data),
                new ShimOp.OpenTree(slot, place, MountConstants.OPEN_TREE_CLONE));
    }

    static String joined(List<Path> layers) {
        return layers.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    static String page(String data) {
        if (data.getBytes(StandardCharsets.UTF_8).length > ONE_PAGE) {
            throw RuntimeFault.unsupported(
                    "mount the container's root: the paths of %d layers do not fit into the page"
                            + " that kernels before Linux 6.7 take",
                    data.split(":", -1).length);
        }
        return data;
    }

    private static List<ShimOp> readonly(int slot) {
        return List.of(new ShimOp.MountSetattr(slot, 0, MountAttr.MOUNT_ATTR_RDONLY.bit(), 0, 0));
    }

    /** Overlay's own escapes differ between kernels; our names need none. */
    private static void requirePlainPaths(Rootfs rootfs) {
        var paths = new ArrayList<>(rootfs.lowerDirs());
        paths.add(rootfs.upperDir());
        paths.add(rootfs.workDir());
        paths.forEach(OverlayRoot::requirePlainPath);
    }

    static void requirePlainPath(Path path) {
        if (path.toString().chars().anyMatch(c -> c == ':' || c == ',' || c == '\\')) {
            throw RuntimeFault.unsupported(
                    "mount the container's root: '%s' holds one of : , \\ which overlayfs takes for"
                            + " its own; choose another root directory",
                    path);
        }
    }
}
