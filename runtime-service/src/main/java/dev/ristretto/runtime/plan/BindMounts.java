// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.mount.MountAttr;
import dev.ristretto.linux.mount.MountConstants;
import dev.ristretto.linux.mount.MountFlag;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountConfig.Propagation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Host paths in a container: opened as detached mounts on the host's side, with all their
 * attributes, and attached inside, parents before what lies below them. Images' files likewise.
 *
 * @param imageOpens may leave the host's mount namespace for a copy of it, from where nothing
 *     propagates: to be done when all other host paths are open
 */
record BindMounts(List<ShimOp> opens, List<ShimOp> imageOpens, List<ShimOp> attaches) {
    private static final int CLONE_TREE = MountConstants.OPEN_TREE_CLONE | FileFlags.AT_RECURSIVE;

    static BindMounts of(ContainerInput input, Slots slots) {
        var opens = new ArrayList<ShimOp>();
        var images = new ImageTrees(input.features().overlay());
        var attaches = new ArrayList<ShimOp>();
        for (var mount : sorted(input)) {
            var config = mount.config();
            requireSupported(config, input);
            int slot = slots.next();
            if (mount.image().isPresent()) {
                images.add(slot, mount.image().get(), MountAttributes.of(config), slots);
            } else {
                opens.add(new ShimOp.OpenTree(slot, config.hostPath(), CLONE_TREE));
                opens.addAll(attributes(slot, config));
            }
            var target = ContainerPath.clean(config.containerPath());
            attaches.add(
                    mount.directory()
                            ? new ShimOp.EnsureDir(Slots.ROOT, target, 0755)
                            : new ShimOp.EnsureFile(Slots.ROOT, target, 0644));
            attaches.add(new ShimOp.MoveMount(slot, Slots.ROOT, target));
        }
        return new BindMounts(opens, images.ops(), attaches);
    }

    /** The clean container paths of a config's mounts. */
    static Set<String> targets(ContainerInput input) {
        var targets = new HashSet<String>();
        input.mounts().forEach(m -> targets.add(ContainerPath.clean(m.config().containerPath())));
        return targets;
    }

    /** A mount over a parent would hide what was mounted below it before. */
    private static List<ResolvedMount> sorted(ContainerInput input) {
        var all = new ArrayList<>(podFiles(input));
        all.addAll(input.mounts());
        all.sort(
                Comparator.comparingInt(
                        m -> ContainerPath.depth(ContainerPath.clean(m.config().containerPath()))));
        return all;
    }

    private static List<ResolvedMount> podFiles(ContainerInput input) {
        var taken = targets(input);
        var files = new ArrayList<ResolvedMount>();
        addFile(files, taken, "/etc/hostname", input.podFiles().hostname(), input);
        addFile(files, taken, "/etc/hosts", input.podFiles().hosts(), input);
        addFile(files, taken, "/etc/resolv.conf", input.podFiles().resolvConf(), input);
        return files;
    }

    private static void addFile(
            List<ResolvedMount> files,
            Set<String> taken,
            String target,
            Path source,
            ContainerInput input) {
        if (!taken.contains(target)) {
            var config =
                    new MountConfig(
                            target,
                            source.toString(),
                            input.readonlyRootfs(),
                            false,
                            Propagation.PRIVATE);
            files.add(new ResolvedMount(config, false));
        }
    }

    private static void requireSupported(MountConfig config, ContainerInput input) {
        if (ContainerPath.clean(config.containerPath()).equals("/")) {
            throw RuntimeFault.invalidArgument(
                    "config.mounts: container_path '%s' is the root, which is the image's",
                    config.containerPath());
        }
        requireMappedAsThePod(config, input);
        if (config.recursiveReadOnly() && !input.features().recursiveReadOnly()) {
            throw RuntimeFault.criNamed(
                    RuntimeFault.CriName.RROUnsupported,
                    null,
                    "mount %s on %s: recursive_read_only needs mount_setattr(2), Linux 5.12",
                    config.hostPath(),
                    config.containerPath());
        }
    }

    private static void requireMappedAsThePod(MountConfig config, ContainerInput input) {
        if (!config.ids().isHost() && !config.ids().equals(input.ids())) {
            throw RuntimeFault.invalidArgument(
                    "mounts[%s].uidMappings are not those of the pod's user namespace; give those,"
                            + " or none",
                    config.containerPath());
        }
        if (!input.ids().isHost() && config.propagation() == Propagation.BIDIRECTIONAL) {
            throw RuntimeFault.invalidArgument(
                    "mounts[%s].propagation is PROPAGATION_BIDIRECTIONAL, but what is mounted in a"
                            + " user namespace must not reach the host",
                    config.containerPath());
        }
    }

    private static List<ShimOp> attributes(int slot, MountConfig config) {
        long propagation =
                switch (config.propagation()) {
                    case PRIVATE -> MountFlag.MS_PRIVATE.bit();
                    case HOST_TO_CONTAINER -> MountFlag.MS_SLAVE.bit();
                    case BIDIRECTIONAL -> MountFlag.MS_SHARED.bit();
                };
        var options = MountAttributes.of(config);
        long readonly = config.readonly() ? MountAttr.MOUNT_ATTR_RDONLY.bit() : 0;
        long mapped = config.ids().isHost() ? 0 : MountAttr.MOUNT_ATTR_IDMAP.bit();
        if (config.recursiveReadOnly() || !config.readonly()) {
            return List.of(
                    new ShimOp.MountSetattr(
                            slot,
                            FileFlags.AT_RECURSIVE,
                            readonly | mapped | options.set(),
                            options.clear(),
                            propagation));
        }
        return List.of(
                new ShimOp.MountSetattr(
                        slot,
                        FileFlags.AT_RECURSIVE,
                        mapped | options.set(),
                        options.clear(),
                        propagation),
                new ShimOp.MountSetattr(slot, 0, readonly, 0, 0));
    }
}
