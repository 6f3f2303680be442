// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.mount.MountAttr;
import dev.ristretto.linux.mount.MountConstants;
import dev.ristretto.linux.syscall.ProcessFlags;
import dev.ristretto.runtime.shim.ShimOp;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The images' layers as a pod with a user namespace sees them: id-mapped mounts over their
 * directories, in a copy of the host's mount namespace that ends with the stub. Overlays that are
 * made there find them at their usual paths.
 *
 * <p>What is made for the container, its upper directory and those of its image volumes, is made
 * with the owners' ids on the host and must not be mapped: overlayfs copies up as the host's root,
 * whom an id-mapped mount does not know.
 */
record MappedLayers(List<ShimOp> ops) {
    static MappedLayers of(ContainerInput input, Slots slots) {
        if (input.ids().isHost()) {
            return new MappedLayers(List.of());
        }
        var ops = new ArrayList<ShimOp>();
        var attaches = new ArrayList<ShimOp>();
        for (var directory : directories(input)) {
            int slot = slots.next();
            ops.add(
                    new ShimOp.OpenTree(
                            slot, directory.toString(), MountConstants.OPEN_TREE_CLONE));
            ops.add(new ShimOp.MountSetattr(slot, 0, MountAttr.MOUNT_ATTR_IDMAP.bit(), 0, 0));
            attaches.add(new ShimOp.MoveMount(slot, Slots.ROOT, directory.toString()));
        }
        ops.add(new ShimOp.Unshare(ProcessFlags.CLONE_NEWNS));
        ops.add(OverlayRoot.NOTHING_PROPAGATES);
        ops.addAll(attaches);
        return new MappedLayers(ops);
    }

    /**
     * What all layers are in, so that one mount does for however many there are, unless containers'
     * own directories are in it too.
     */
    private static List<Path> directories(ContainerInput input) {
        var own = ownDirectories(input);
        var layers = new ArrayList<>(input.rootfs().lowerDirs());
        for (var mount : input.mounts()) {
            mount.image().stream()
                    .flatMap(image -> image.directories().stream())
                    .filter(directory -> !directory.startsWith(own))
                    .forEach(layers::add);
        }
        Path common = layers.getFirst();
        for (var layer : layers) {
            while (common != null && !layer.startsWith(common)) {
                common = common.getParent();
            }
        }
        return common == null || own.startsWith(common)
                ? layers.stream().distinct().toList()
                : List.of(common);
    }

    /** Where the upper directories of all containers and image volumes are. */
    private static Path ownDirectories(ContainerInput input) {
        var snapshot = input.rootfs().upperDir().getParent();
        var all = snapshot == null ? null : snapshot.getParent();
        return all == null ? input.rootfs().upperDir() : all;
    }
}
