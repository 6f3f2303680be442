// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.linux.mount.MountAttr;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A failed step as {@code <verb> <object>}. Pure. */
final class FailedStep {
    private static final Map<Long, String> NAMESPACES =
            new TreeMap<>(
                    Map.of(
                            0x80L, "time",
                            0x20000L, "mount",
                            0x200_0000L, "cgroup",
                            0x400_0000L, "uts",
                            0x800_0000L, "ipc",
                            0x1000_0000L, "user",
                            0x2000_0000L, "pid",
                            0x4000_0000L, "net"));
    private static final List<String> RESOURCES =
            List.of(
                    "RLIMIT_CPU",
                    "RLIMIT_FSIZE",
                    "RLIMIT_DATA",
                    "RLIMIT_STACK",
                    "RLIMIT_CORE",
                    "RLIMIT_RSS",
                    "RLIMIT_NPROC",
                    "RLIMIT_NOFILE",
                    "RLIMIT_MEMLOCK",
                    "RLIMIT_AS",
                    "RLIMIT_LOCKS",
                    "RLIMIT_SIGPENDING",
                    "RLIMIT_MSGQUEUE",
                    "RLIMIT_NICE",
                    "RLIMIT_RTPRIO",
                    "RLIMIT_RTTIME");

    private FailedStep() {}

    /** What the program put into slots before. */
    @FunctionalInterface
    interface Slots {
        Optional<ShimOp> filledBy(int slot);
    }

    static String describe(ShimException failure) {
        return describe(failure.operation(), failure.detail(), failure::filledBy);
    }

    /**
     * What an operation does.
     *
     * @param detail which element of its list argument is meant, from 1, else 0
     */
    static String describe(ShimOp operation, int detail, Slots slots) {
        return switch (operation) {
            case ShimOp.Unshare(var flags) -> "make %s namespaces".formatted(namespaces(flags));
            case ShimOp.SetnsContainer(var id, var flags) ->
                    "join the %s namespaces of container %s".formatted(namespaces(flags), id);
            case ShimOp.SetnsPod(var flags) ->
                    "join the pod's %s namespaces".formatted(namespaces(flags));
            case ShimOp.Clone(_, var cgroup) ->
                    cgroup.isEmpty() ? "make the process" : "make the process in cgroup " + cgroup;
            case ShimOp.CgroupAttach(var file) -> "enter cgroup " + parent(file);
            case ShimOp.PodMounts _ -> "make the pod's mount namespace";
            case ShimOp.PodPidNamespace _ -> "make the pod's pid namespace";
            case ShimOp.PodUserNamespace _ -> "make the pod's user namespace";
            case ShimOp.LoopbackUp _ -> "bring up interface lo";
            case ShimOp.Sethostname(var hostname) -> "set hostname " + hostname;
            case ShimOp.Sysctl(var name, var value) -> "set sysctl %s=%s".formatted(name, value);
            case ShimOp.Fsmount fsmount -> "mount " + fileSystem(fsmount, detail);
            case ShimOp.Mount(_, var target, var fileSystem, _, _) ->
                    "mount %s on %s".formatted(fileSystem, target);
            case ShimOp.OpenTree(_, var path, _) -> "open mount source " + path;
            case ShimOp.MountSetattr m ->
                    "%s mount %s".formatted(attributes(m.set()), source(slots, m.slot()));
            case ShimOp.MoveMount(var slot, _, var path) ->
                    "mount %s on %s".formatted(source(slots, slot), path);
            case ShimOp.EnsureDir(_, var path, _) -> "make directory " + path;
            case ShimOp.EnsureFile(_, var path, _) -> "make file " + path;
            case ShimOp.Symlink(_, var target, var path) ->
                    "make symbolic link %s to %s".formatted(path, target);
            case ShimOp.Mknod(_, var path, _, _) -> "make device " + path;
            case ShimOp.Mask(_, var path) -> "mask " + path;
            case ShimOp.ReadonlyPath(_, var path) -> "make %s read-only".formatted(path);
            case ShimOp.PivotRoot(var slot) -> "change root to mount " + source(slots, slot);
            case ShimOp.WriteFile(_, var path, _, _) -> "write file " + path;
            case ShimOp.Chown(_, var path, var uid, var gid) ->
                    "give %s to %d:%d".formatted(path, uid, gid);
            case ShimOp.Rlimit(var resource, var soft, var hard) ->
                    "set %s to %s:%s".formatted(resource(resource), limit(soft), limit(hard));
            case ShimOp.OomScoreAdj(var value) -> "set oom_score_adj " + value;
            case ShimOp.NoNewPrivs _ -> "set no_new_privs";
            case ShimOp.Seccomp _ -> "install the seccomp filter";
            case ShimOp.Bounding _ -> "drop capabilities from the bounding set";
            case ShimOp.SetUser(var uid, var gid, _) -> "become user %d:%d".formatted(uid, gid);
            case ShimOp.Capabilities _ -> "set capabilities";
            case ShimOp.SessionKeyring(var name) -> "join session keyring " + name;
            case ShimOp.SecurityAttr(var name, var text) ->
                    "set security attribute %s to '%s'".formatted(name, text);
            case ShimOp.Umask _ -> "set umask";
            case ShimOp.Chdir(var path) -> "enter working directory " + path;
            case ShimOp.Setsid _ -> "begin a session";
            case ShimOp.Tty _ -> "open a terminal";
            case ShimOp.Hook hook -> "run %s hook %s".formatted(hook.kind(), hook.path());
            case ShimOp.Exec exec -> "exec \"%s\"".formatted(ExecFailureText.command(exec));
        };
    }

    private static String attributes(long set) {
        return (set & MountAttr.MOUNT_ATTR_IDMAP.bit()) != 0 ? "id-map" : "set attributes of";
    }

    /** What the slot holds, by the name of what was put there. */
    private static String source(Slots slots, int slot) {
        return slots.filledBy(slot)
                .map(
                        operation ->
                                switch (operation) {
                                    case ShimOp.OpenTree(_, var path, _) -> path;
                                    case ShimOp.Fsmount(_, var fileSystem, _, _) -> fileSystem;
                                    default -> Program.nameOf(operation);
                                })
                .orElse("of empty slot " + slot);
    }

    /** Options are named without their values. */
    private static String fileSystem(ShimOp.Fsmount fsmount, int detail) {
        if (detail < 1 || detail > fsmount.options().size()) {
            return fsmount.fileSystem();
        }
        var key = fsmount.options().get(detail - 1).split("=", 2)[0];
        return "%s with option %s".formatted(fsmount.fileSystem(), key);
    }

    private static String namespaces(long flags) {
        var names = new ArrayList<String>();
        NAMESPACES.forEach(
                (flag, name) -> {
                    if ((flags & flag) != 0) {
                        names.add(name);
                    }
                });
        return String.join(", ", names);
    }

    private static String parent(String procsFile) {
        return procsFile.substring(0, Math.max(0, procsFile.lastIndexOf('/')));
    }

    private static String resource(int number) {
        return number >= 0 && number < RESOURCES.size()
                ? RESOURCES.get(number)
                : "rlimit " + number;
    }

    private static String limit(long value) {
        return value == -1 ? "unlimited" : Long.toUnsignedString(value);
    }
}
