// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.util.List;

/** Operations as bytes, in the order of arguments of {@code ops.def}. Confined to one thread. */
final class ProgramEncoder {
    private static final int MAX_SLOT = 1023;
    private static final int MAX_MODE = 0177777;
    private static final int CODE_OFFSET = 4;
    private static final int LENGTH_FIELD_OFFSET = 4;
    private static final int OP_HEADER_BYTES = 8;

    private final WireWriter out;

    private ProgramEncoder(WireWriter out) {
        this.out = out;
    }

    /**
     * The {@code program} field of these operations.
     *
     * @throws IllegalArgumentException if a string holds a NUL or a slot or mode is out of range
     */
    static byte[] encode(List<ShimOp> operations) {
        var out = new WireWriter(8192).u32(operations.size());
        var encoder = new ProgramEncoder(out);
        for (var operation : operations) {
            encoder.append(operation);
        }
        return out.toArray();
    }

    /** The code of an operation in {@code ops.def}. */
    static int codeOf(ShimOp operation) {
        var encoded = encode(List.of(operation));
        return (encoded[CODE_OFFSET] & 0xff) | (encoded[CODE_OFFSET + 1] & 0xff) << Byte.SIZE;
    }

    private void append(ShimOp operation) {
        int start = out.length();
        write(operation);
        out.patchU32(start + LENGTH_FIELD_OFFSET, out.length() - start - OP_HEADER_BYTES);
    }

    private void write(ShimOp operation) {
        var _ =
                switch (operation) {
                    case ShimOp.Unshare(var flags) -> op(1).u64(flags);
                    case ShimOp.SetnsContainer(var id, var flags) -> op(2).str(id).u64(flags);
                    case ShimOp.SetnsPod(var flags) -> op(3).u64(flags);
                    case ShimOp.Clone(var flags, var cgroup) -> op(4).u64(flags).str(cgroup);
                    case ShimOp.CgroupAttach(var tasksFile) -> op(5).str(tasksFile);
                    case ShimOp.PodMounts(var shmBytes) -> op(6).u64(shmBytes);
                    case ShimOp.PodPidNamespace() -> op(7);
                    case ShimOp.PodUserNamespace(var flags, var uids, var gids) ->
                            op(11).u64(flags).vec(uids).vec(gids);
                    case ShimOp.LoopbackUp() -> op(8);
                    case ShimOp.Sethostname(var hostname) -> op(9).str(hostname);
                    case ShimOp.Sysctl(var name, var value) -> op(10).str(name).str(value);
                    case ShimOp.Fsmount(var slot, var type, var options, var attributes) ->
                            op(16).u64(slot(slot)).str(type).list(options).u64(attributes);
                    case ShimOp.Mount(var source, var target, var type, var flags, var data) ->
                            op(17).str(source).str(target).str(type).u64(flags).str(data);
                    case ShimOp.OpenTree(var slot, var path, var flags) ->
                            op(18).u64(slot(slot)).str(path).u64(flags);
                    case ShimOp.MountSetattr m ->
                            op(19).u64(slot(m.slot()))
                                    .u64(m.flags())
                                    .u64(m.set())
                                    .u64(m.clear())
                                    .u64(m.propagation());
                    case ShimOp.MoveMount(var slot, var root, var path) ->
                            op(20).u64(slot(slot)).u64(root(root)).str(path);
                    case ShimOp.EnsureDir(var root, var path, var mode) ->
                            op(21).u64(root(root)).str(path).u64(mode(mode));
                    case ShimOp.EnsureFile(var root, var path, var mode) ->
                            op(22).u64(root(root)).str(path).u64(mode(mode));
                    case ShimOp.Symlink(var root, var target, var path) ->
                            op(23).u64(root(root)).str(target).str(path);
                    case ShimOp.Mknod(var root, var path, var mode, var device) ->
                            op(24).u64(root(root)).str(path).u64(mode(mode)).u64(device);
                    case ShimOp.Mask(var root, var path) -> op(25).u64(root(root)).str(path);
                    case ShimOp.ReadonlyPath(var root, var path) ->
                            op(26).u64(root(root)).str(path);
                    case ShimOp.PivotRoot(var slot) -> op(27).u64(slot(slot));
                    case ShimOp.WriteFile(var root, var path, var content, var mode) ->
                            op(28).u64(root(root))
                                    .str(path)
                                    .bytes(content.toArray())
                                    .u64(mode(mode));
                    case ShimOp.Chown(var root, var path, var uid, var gid) ->
                            op(29).u64(root(root)).str(path).u64(uid).u64(gid);
                    case ShimOp.Rlimit(var resource, var soft, var hard) ->
                            op(40).u64(resource).u64(soft).u64(hard);
                    case ShimOp.OomScoreAdj(var value) -> op(41).u64(value);
                    case ShimOp.NoNewPrivs() -> op(42);
                    case ShimOp.Seccomp(var flags, var filter) ->
                            op(43).u64(flags).bytes(filter.toArray());
                    case ShimOp.Bounding(var capabilities) -> op(44).u64(capabilities);
                    case ShimOp.SetUser(var uid, var gid, var groups) ->
                            op(45).u64(uid).u64(gid).vec(groups);
                    case ShimOp.Capabilities c ->
                            op(46).u64(c.effective())
                                    .u64(c.permitted())
                                    .u64(c.inheritable())
                                    .u64(c.ambient());
                    case ShimOp.SessionKeyring(var name) -> op(47).str(name);
                    case ShimOp.SecurityAttr(var name, var text) -> op(54).str(name).str(text);
                    case ShimOp.Umask(var mask) -> op(48).u64(mode(mask));
                    case ShimOp.Chdir(var path) -> op(49).str(path);
                    case ShimOp.Setsid() -> op(50);
                    case ShimOp.Tty(var rows, var columns, var console) ->
                            op(51).u64(rows).u64(columns).u64(console);
                    case ShimOp.Hook h ->
                            op(53).str(h.kind())
                                    .str(h.path())
                                    .list(h.argv())
                                    .list(h.envp())
                                    .str(h.stateBefore())
                                    .str(h.stateAfter())
                                    .u64(h.millis());
                    case ShimOp.Exec(var paths, var argv, var envp) ->
                            op(52).list(paths).list(argv).list(envp);
                };
    }

    /** Code, zero, and room for the length of the arguments. */
    private WireWriter op(int code) {
        return out.u16(code).u16(0).u32(0);
    }

    private static long slot(int slot) {
        if (slot < 1 || slot > MAX_SLOT) {
            throw new IllegalArgumentException("slot %d is not 1 to %d".formatted(slot, MAX_SLOT));
        }
        return slot;
    }

    private static long root(int root) {
        return root == 0 ? 0 : slot(root);
    }

    private static long mode(int mode) {
        if (mode < 0 || mode > MAX_MODE) {
            throw new IllegalArgumentException("mode %o is no file mode".formatted(mode));
        }
        return mode;
    }
}
