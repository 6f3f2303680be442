// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.mount.MountConstants;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.runtime.shim.ShimOp;

import java.util.ArrayList;
import java.util.List;

/**
 * The {@code VOLUME}s of an image: directories that hold what the image has there and can be
 * written. They live in the container's own directory, as everything it writes; nothing is copied.
 * With a read-only root they are mounts of their own, which stay writable.
 */
final class ImageVolumes {
    private ImageVolumes() {}

    static List<ShimOp> ops(ContainerInput input, Slots slots) {
        var mounted = BindMounts.targets(input);
        var ops = new ArrayList<ShimOp>();
        var volumes = input.volumes().stream().map(ContainerPath::clean).distinct().sorted();
        for (var volume : volumes.toList()) {
            if (volume.equals("/")
                    || mounted.stream().anyMatch(m -> ContainerPath.within(volume, m))) {
                continue;
            }
            ops.add(new ShimOp.EnsureDir(Slots.ROOT, volume, 0755));
            if (input.readonlyRootfs()) {
                int slot = slots.next();
                ops.add(
                        new ShimOp.OpenTree(
                                slot,
                                volume,
                                MountConstants.OPEN_TREE_CLONE | FileFlags.AT_RECURSIVE));
                ops.add(new ShimOp.MoveMount(slot, Slots.ROOT, volume));
            }
        }
        return ops;
    }
}
