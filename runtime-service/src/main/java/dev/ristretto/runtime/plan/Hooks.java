// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.mount.MountConstants;
import dev.ristretto.linux.mount.MountFlag;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.CdiHook;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The hooks of a container.
 *
 * @param list in the order of the request
 * @param bundle the directory with {@code config.json} and an empty {@code rootfs}
 * @param state what they are told
 */
public record Hooks(List<CdiHook> list, Path bundle, HookState state) {
    private static final String ROOT = "/";

    public Hooks {
        list = List.copyOf(list);
    }

    /** Where the container's root is mounted while hooks see the host's files too. */
    public Path rootfs() {
        return bundle.resolve("rootfs");
    }

    /** Those of a kind. */
    public List<CdiHook> of(CdiHook.Kind kind) {
        return list.stream().filter(hook -> hook.kind() == kind).toList();
    }

    /** Whether some are to see the container before it is alone. */
    boolean create() {
        return !of(CdiHook.Kind.CREATE_CONTAINER).isEmpty();
    }

    /** A copy of the host's mounts, of which nothing goes back to the host. */
    List<ShimOp> openHost(int slot) {
        return List.of(
                new ShimOp.OpenTree(
                        slot, ROOT, MountConstants.OPEN_TREE_CLONE | FileFlags.AT_RECURSIVE),
                new ShimOp.MountSetattr(
                        slot, FileFlags.AT_RECURSIVE, 0, 0, MountFlag.MS_PRIVATE.bit()));
    }

    /** Runs those of a kind. */
    List<ShimOp> ops(CdiHook.Kind kind) {
        var status = kind == CdiHook.Kind.CREATE_CONTAINER ? "creating" : "created";
        var ops = new ArrayList<ShimOp>();
        for (var hook : of(kind)) {
            ops.add(
                    new ShimOp.Hook(
                            kind.label(),
                            hook.path(),
                            hook.args(),
                            hook.env(),
                            state.beforePid(status),
                            state.afterPid(bundle),
                            Duration.ofSeconds(hook.timeoutSeconds()).toMillis()));
        }
        return ops;
    }

    /**
     * Operations on the process's own root, done in a mount of the slot instead, which is not its
     * root yet.
     */
    static List<ShimOp> inside(int slot, List<ShimOp> ops) {
        return ops.stream().map(op -> inside(slot, op)).toList();
    }

    private static ShimOp inside(int slot, ShimOp op) {
        return switch (op) {
            case ShimOp.MoveMount(var mount, var root, var path) when root == Slots.ROOT ->
                    new ShimOp.MoveMount(mount, slot, path);
            case ShimOp.EnsureDir(var root, var path, var mode) when root == Slots.ROOT ->
                    new ShimOp.EnsureDir(slot, path, mode);
            case ShimOp.EnsureFile(var root, var path, var mode) when root == Slots.ROOT ->
                    new ShimOp.EnsureFile(slot, path, mode);
            case ShimOp.Symlink(var root, var target, var path) when root == Slots.ROOT ->
                    new ShimOp.Symlink(slot, target, path);
            case ShimOp.Mknod(var root, var path, var mode, var device) when root == Slots.ROOT ->
                    new ShimOp.Mknod(slot, path, mode, device);
            case ShimOp.Chown(var root, var path, var uid, var gid) when root == Slots.ROOT ->
                    new ShimOp.Chown(slot, path, uid, gid);
            default -> op;
        };
    }
}
