// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.capability.Capability;
import dev.ristretto.linux.mount.MountAttr;
import dev.ristretto.linux.mount.MountFlag;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.runtime.shim.Program;
import dev.ristretto.runtime.shim.ShimOp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A program as lines to be reviewed: one operation each, flags by name, slots as {@code #1}. */
final class ProgramText {
    private static final Map<String, Long> CLONE = new LinkedHashMap<>();

    static {
        CLONE.put("NEWNS", 0x00020000L);
        CLONE.put("NEWCGROUP", 0x02000000L);
        CLONE.put("NEWUTS", 0x04000000L);
        CLONE.put("NEWIPC", 0x08000000L);
        CLONE.put("NEWUSER", 0x10000000L);
        CLONE.put("NEWPID", 0x20000000L);
        CLONE.put("NEWNET", 0x40000000L);
    }

    private ProgramText() {}

    static String of(List<ShimOp> program) {
        return program.stream()
                .map(op -> (Program.nameOf(op) + " " + arguments(op)).strip() + "\n")
                .collect(Collectors.joining());
    }

    private static String arguments(ShimOp op) {
        return switch (op) {
            case ShimOp.Unshare(var flags) -> clone(flags);
            case ShimOp.SetnsContainer(var id, var flags) -> shortened(id) + " " + clone(flags);
            case ShimOp.SetnsPod(var flags) -> clone(flags);
            case ShimOp.Clone(var flags, var cgroup) -> clone(flags) + " into " + quoted(cgroup);
            case ShimOp.CgroupAttach(var file) -> file;
            case ShimOp.PodMounts(var bytes) -> "shm " + bytes;
            case ShimOp.PodPidNamespace() -> "";
            case ShimOp.PodUserNamespace(var flags, var uids, var gids) ->
                    "%s uids %s gids %s".formatted(clone(flags), uids, gids);
            case ShimOp.LoopbackUp() -> "";
            case ShimOp.Sethostname(var name) -> name;
            case ShimOp.Sysctl(var name, var value) -> name + " = " + value;
            case ShimOp.Fsmount(var slot, var type, var options, var attributes) ->
                    "#%d %s %s %s".formatted(slot, type, options, attributes(attributes));
            case ShimOp.Mount(var source, var target, var type, var flags, var data) ->
                    "%s on %s type %s %s %s"
                            .formatted(
                                    quoted(source),
                                    target,
                                    quoted(type),
                                    flags(flags),
                                    quoted(data));
            case ShimOp.OpenTree(var slot, var path, var flags) ->
                    "#%d %s %s".formatted(slot, path, tree(flags));
            case ShimOp.MountSetattr(var slot, var flags, var set, var clear, var propagation) ->
                    "#%d %s set %s clear %s %s"
                            .formatted(
                                    slot,
                                    tree(flags),
                                    attributes(set),
                                    attributes(clear),
                                    flags(propagation));
            case ShimOp.MoveMount(var slot, var root, var path) ->
                    "#%d on %s".formatted(slot, in(root, path));
            case ShimOp.EnsureDir(var root, var path, var mode) ->
                    "%s %s".formatted(in(root, path), mode(mode));
            case ShimOp.EnsureFile(var root, var path, var mode) ->
                    "%s %s".formatted(in(root, path), mode(mode));
            case ShimOp.Symlink(var root, var target, var path) -> in(root, path) + " -> " + target;
            case ShimOp.Mknod(var root, var path, var mode, var device) ->
                    "%s %s %s %d:%d"
                            .formatted(
                                    in(root, path),
                                    (mode & FileFlags.S_IFMT) == FileFlags.S_IFBLK ? "b" : "c",
                                    mode(mode & 07777),
                                    device >> 8 & 0xfff,
                                    (device & 0xff) | (device >> 12 & 0xfff00));
            case ShimOp.Mask(var root, var path) -> in(root, path);
            case ShimOp.ReadonlyPath(var root, var path) -> in(root, path);
            case ShimOp.PivotRoot(var slot) -> "#" + slot;
            case ShimOp.WriteFile(var root, var path, var content, var mode) ->
                    "%s %s %s".formatted(in(root, path), content, mode(mode));
            case ShimOp.Chown(var root, var path, var uid, var gid) ->
                    "%s %d:%d".formatted(in(root, path), uid, gid);
            case ShimOp.Rlimit(var resource, var soft, var hard) ->
                    "%d %d %d".formatted(resource, soft, hard);
            case ShimOp.OomScoreAdj(var value) -> Integer.toString(value);
            case ShimOp.NoNewPrivs() -> "";
            case ShimOp.Seccomp(var flags, var filter) -> "flags %d, %s".formatted(flags, filter);
            case ShimOp.Bounding(var set) -> capabilities(set);
            case ShimOp.SetUser(var uid, var gid, var groups) ->
                    "%d:%d groups %s".formatted(uid, gid, groups);
            case ShimOp.Capabilities(var effective, var permitted, var inheritable, var ambient) ->
                    "effective %s permitted %s inheritable %s ambient %s"
                            .formatted(
                                    capabilities(effective),
                                    capabilities(permitted),
                                    capabilities(inheritable),
                                    capabilities(ambient));
            case ShimOp.SessionKeyring(var name) -> shortened(name);
            case ShimOp.SecurityAttr(var name, var text) -> name + " = " + quoted(text);
            case ShimOp.Umask(var mask) -> mode(mask);
            case ShimOp.Chdir(var path) -> path;
            case ShimOp.Setsid() -> "";
            case ShimOp.Tty(var rows, var columns, var console) ->
                    "%dx%d console %d".formatted(rows, columns, console);
            case ShimOp.Hook h ->
                    "%s %s argv %s env %s within %d ms, told %s%s"
                            .formatted(
                                    h.kind(),
                                    h.path(),
                                    h.argv(),
                                    h.envp(),
                                    h.millis(),
                                    h.stateBefore(),
                                    h.stateAfter());
            case ShimOp.Exec(var paths, var argv, var envp) ->
                    "%s argv %s env %s".formatted(paths, argv, envp);
        };
    }

    private static String clone(long flags) {
        return named(CLONE, flags);
    }

    private static String flags(long flags) {
        return named(
                Arrays.stream(MountFlag.values())
                        .collect(
                                Collectors.toMap(
                                        f -> f.name().substring(3),
                                        MountFlag::bit,
                                        (a, _) -> a,
                                        LinkedHashMap::new)),
                flags);
    }

    private static String attributes(long attributes) {
        return named(
                Arrays.stream(MountAttr.values())
                        .filter(a -> a.bit() != 0)
                        .collect(
                                Collectors.toMap(
                                        a -> a.name().substring("MOUNT_ATTR_".length()),
                                        MountAttr::bit,
                                        (a, _) -> a,
                                        LinkedHashMap::new)),
                attributes);
    }

    private static String tree(long flags) {
        return named(Map.of("CLONE", 1L), flags & 1)
                + ((flags & FileFlags.AT_RECURSIVE) != 0 ? " recursive" : "");
    }

    private static String capabilities(long set) {
        var missing = new ArrayList<Capability>();
        var present = new ArrayList<Capability>();
        for (var capability : Capability.values()) {
            (capability.in(set) ? present : missing).add(capability);
        }
        if (missing.size() < present.size()) {
            return missing.isEmpty() ? "all" : "all but " + shortNames(missing);
        }
        return shortNames(present);
    }

    private static String shortNames(List<Capability> capabilities) {
        return capabilities.stream()
                .map(c -> c.name().substring(4))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String named(Map<String, Long> names, long flags) {
        var parts = new ArrayList<String>();
        long rest = flags;
        for (var name : names.entrySet()) {
            if ((rest & name.getValue()) != 0) {
                parts.add(name.getKey());
                rest &= ~name.getValue();
            }
        }
        if (rest != 0) {
            parts.add("%#x".formatted(rest));
        }
        return parts.isEmpty() ? "-" : String.join("|", parts);
    }

    private static String in(int root, String path) {
        return root == 0 ? path : "#" + root + ":" + path;
    }

    private static String mode(int mode) {
        return "%04o".formatted(mode);
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    private static String shortened(String id) {
        return id.length() > 12 ? id.substring(0, 12) + "…" : id;
    }
}
