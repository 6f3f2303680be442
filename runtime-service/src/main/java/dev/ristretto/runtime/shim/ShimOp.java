// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.util.List;

/**
 * One operation of a program, as {@code ops.def} lists them: a test holds this file against that
 * one. What each does and means by its arguments is said there. Paths in a root are resolved inside
 * it; slots name file descriptors, 1 to 1023, and 0 as a root is the process's own {@code /}.
 */
public sealed interface ShimOp {
    /** unshare(2) with {@code CLONE_NEW*} flags. */
    record Unshare(long flags) implements ShimOp {}

    /** setns(2) on the pidfd of a container's init. */
    record SetnsContainer(String containerId, long flags) implements ShimOp {}

    /**
     * Joins what {@link PodMounts} ({@code CLONE_NEWNS}), {@link PodPidNamespace} or {@link
     * PodUserNamespace} made. In a user namespace the process has every capability, but whoever it
     * is on the host has no name, and files cannot be made, until {@link SetUser}.
     */
    record SetnsPod(long flags) implements ShimOp {}

    /**
     * clone3(2): the child runs the rest of the program.
     *
     * @param cgroupDirectory a cgroup v2 directory to be born in, or empty to inherit
     */
    record Clone(long flags, String cgroupDirectory) implements ShimOp {}

    /** Moves itself into a cgroup by its {@code tasks} file. */
    record CgroupAttach(String tasksFile) implements ShimOp {}

    /** Pods only: a mount namespace of a tiny tmpfs, with a tmpfs on {@code /shm} if not 0. */
    record PodMounts(long shmBytes) implements ShimOp {}

    /** Pods only: PID 1 of a pid namespace, which reaps. */
    record PodPidNamespace() implements ShimOp {}

    /**
     * Pods only: a user namespace, and namespaces that belong to it. The pod joins those, but not
     * the user namespace, and of a pid namespace it has PID 1, which reaps.
     *
     * @param uids and {@code gids}: first id inside, first id on the host, how many, and again
     */
    record PodUserNamespace(long flags, List<Long> uids, List<Long> gids) implements ShimOp {
        public PodUserNamespace {
            uids = List.copyOf(uids);
            gids = List.copyOf(gids);
        }
    }

    /** Brings {@code lo} up. */
    record LoopbackUp() implements ShimOp {}

    /** sethostname(2). */
    record Sethostname(String hostname) implements ShimOp {}

    /** Writes below {@code /proc/sys}. */
    record Sysctl(String name, String value) implements ShimOp {}

    /** fsopen, fsconfig and fsmount into a slot. */
    record Fsmount(int slot, String fileSystem, List<String> options, long attributes)
            implements ShimOp {
        public Fsmount {
            options = List.copyOf(options);
        }
    }

    /** mount(2). */
    record Mount(String source, String target, String fileSystem, long flags, String data)
            implements ShimOp {}

    /** open_tree(2) into a slot. */
    record OpenTree(int slot, String path, long flags) implements ShimOp {}

    /** mount_setattr(2). */
    record MountSetattr(int slot, long flags, long set, long clear, long propagation)
            implements ShimOp {}

    /** move_mount(2) of a slot onto what is at a path. */
    record MoveMount(int slot, int root, String path) implements ShimOp {}

    /** Makes a directory and what is missing above it. */
    record EnsureDir(int root, String path, int mode) implements ShimOp {}

    /** Makes an empty file, with its directories, if nothing is there. */
    record EnsureFile(int root, String path, int mode) implements ShimOp {}

    /** symlink(2), unless something is there. */
    record Symlink(int root, String target, String path) implements ShimOp {}

    /** mknod(2). */
    record Mknod(int root, String path, int mode, long device) implements ShimOp {}

    /** Hides a file or a directory. */
    record Mask(int root, String path) implements ShimOp {}

    /** Makes a path read-only. */
    record ReadonlyPath(int root, String path) implements ShimOp {}

    /** pivot_root(2) to an attached mount. */
    record PivotRoot(int slot) implements ShimOp {}

    /** Replaces a regular file's content. */
    record WriteFile(int root, String path, Bytes content, int mode) implements ShimOp {}

    /** Gives a file to somebody. */
    record Chown(int root, String path, long uid, long gid) implements ShimOp {}

    /** setrlimit(2). */
    record Rlimit(int resource, long soft, long hard) implements ShimOp {}

    /** {@code /proc/self/oom_score_adj}. */
    record OomScoreAdj(int value) implements ShimOp {}

    /** {@code PR_SET_NO_NEW_PRIVS}. */
    record NoNewPrivs() implements ShimOp {}

    /** Installs a compiled filter. */
    record Seccomp(long flags, Bytes filter) implements ShimOp {}

    /** Drops what is not in this set from the bounding set. */
    record Bounding(long capabilities) implements ShimOp {}

    /** Becomes this user; permitted capabilities are kept. */
    record SetUser(long uid, long gid, List<Long> groups) implements ShimOp {
        public SetUser {
            groups = List.copyOf(groups);
        }
    }

    /** capset(2) and the ambient set. */
    record Capabilities(long effective, long permitted, long inheritable, long ambient)
            implements ShimOp {}

    /** Joins a new session keyring. */
    record SessionKeyring(String name) implements ShimOp {}

    /**
     * What a security module makes of this process or of its next execve(2).
     *
     * @param name below {@code /proc/thread-self/attr}
     */
    record SecurityAttr(String name, String text) implements ShimOp {}

    /** umask(2). */
    record Umask(int mask) implements ShimOp {}

    /** chdir(2), inside the root. */
    record Chdir(String path) implements ShimOp {}

    /** setsid(2). */
    record Setsid() implements ShimOp {}

    /**
     * Opens a pseudo terminal of the container and hands its master to the podshim.
     *
     * @param console 1 to bind it on {@code /dev/console}
     */
    record Tty(int rows, int columns, int console) implements ShimOp {}

    /**
     * Runs a program of the root it has now to its end.
     *
     * @param kind for who reads it
     * @param stateBefore and {@code stateAfter}: its standard input but for the pid between them
     * @param millis it may take
     */
    record Hook(
            String kind,
            String path,
            List<String> argv,
            List<String> envp,
            String stateBefore,
            String stateAfter,
            long millis)
            implements ShimOp {
        public Hook {
            argv = List.copyOf(argv);
            envp = List.copyOf(envp);
        }
    }

    /** execve(2) of the first path that can be. */
    record Exec(List<String> paths, List<String> argv, List<String> envp) implements ShimOp {
        public Exec {
            paths = List.copyOf(paths);
            argv = List.copyOf(argv);
            envp = List.copyOf(envp);
        }
    }
}
