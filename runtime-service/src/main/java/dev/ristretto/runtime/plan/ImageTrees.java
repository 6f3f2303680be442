// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.mount.MountAttr;
import dev.ristretto.linux.mount.MountConstants;
import dev.ristretto.linux.mount.MountFlag;
import dev.ristretto.linux.probe.HostFeatures.OverlayMount;
import dev.ristretto.linux.syscall.ProcessFlags;
import dev.ristretto.runtime.shim.ShimOp;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Images' files as detached read-only mounts: an overlay that has nothing but layers, which the
 * kernel lets nobody write.
 *
 * <p>A part of one can be opened only where it is mounted (detached mounts can be copied since
 * Linux 6.15). That place is the directory of the volume itself, in a copy of the host's mount
 * namespace that ends with this program. The path to it has no links: the image's were resolved
 * before, and nobody changes its layers.
 */
final class ImageTrees {
    /** Whoever made an image does not decide what is a device here or who becomes root. */
    private static final long ATTRIBUTES =
            MountAttr.mask(
                    List.of(
                            MountAttr.MOUNT_ATTR_RDONLY,
                            MountAttr.MOUNT_ATTR_NOSUID,
                            MountAttr.MOUNT_ATTR_NODEV));

    private final OverlayMount overlay;
    private final List<ShimOp> ops = new ArrayList<>();
    private boolean inCopy;

    ImageTrees(OverlayMount overlay) {
        this.overlay = overlay;
    }

    void add(int slot, ResolvedMount.Layers image, MountAttributes options, Slots slots) {
        var directories = image.directories();
        directories.forEach(OverlayRoot::requirePlainPath);
        boolean whole = image.path().equals("/");
        boolean detached = overlay == OverlayMount.LOWERDIR_PLUS;
        if (!whole || !detached) {
            enterCopy();
        }
        var place = directories.getFirst().toString();
        int tree = whole ? slot : slots.next();
        if (detached) {
            ops.add(
                    new ShimOp.Fsmount(
                            tree,
                            OverlayRoot.OVERLAY,
                            directories.stream().map(layer -> "lowerdir+=" + layer).toList(),
                            0));
            if (!whole) {
                ops.add(new ShimOp.MoveMount(tree, Slots.ROOT, place));
            }
        } else {
            ops.add(
                    new ShimOp.Mount(
                            OverlayRoot.OVERLAY,
                            place,
                            OverlayRoot.OVERLAY,
                            MountFlag.MS_RDONLY.bit(),
                            OverlayRoot.page(lowerDirs(directories))));
        }
        if (!whole || !detached) {
            ops.add(
                    new ShimOp.OpenTree(
                            slot, place + image.path(), MountConstants.OPEN_TREE_CLONE));
        }
        ops.add(
                new ShimOp.MountSetattr(
                        slot,
                        0,
                        ATTRIBUTES | options.set(),
                        options.clear(),
                        MountFlag.MS_PRIVATE.bit()));
    }

    List<ShimOp> ops() {
        return ops;
    }

    private void enterCopy() {
        if (!inCopy) {
            inCopy = true;
            ops.add(new ShimOp.Unshare(ProcessFlags.CLONE_NEWNS));
            ops.add(OverlayRoot.NOTHING_PROPAGATES);
        }
    }

    private static String lowerDirs(List<Path> directories) {
        return "lowerdir=" + OverlayRoot.joined(directories);
    }
}
