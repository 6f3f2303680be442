// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.linux.mount.MountAttr;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.shim.ShimFailureText.Hint;

/** What the kernel means by an error number at each operation but {@link ShimOp.Exec}. Pure. */
final class FailureHints {
    private static final String MOUNT_MAX = "check fs.mount-max";

    private FailureHints() {}

    static Hint of(ShimException failure) {
        var errno = failure.errno();
        return switch (failure.operation()) {
            case ShimOp.Unshare _ -> namespace(errno);
            case ShimOp.PodUserNamespace _ -> userNamespace(errno);
            case ShimOp.Clone _ -> clone(errno);
            case ShimOp.SetnsContainer _ ->
                    errno == Errno.ESRCH
                            ? new Hint(FaultKind.WRONG_STATE, "the container does not run")
                            : plain(errno);
            case ShimOp.CgroupAttach _ -> cgroup(errno);
            case ShimOp.Sethostname _ ->
                    errno == Errno.EINVAL ? invalid("it may have 64 bytes") : plain(errno);
            case ShimOp.Sysctl _ -> sysctl(errno);
            case ShimOp.Fsmount fsmount -> fileSystem(fsmount.fileSystem(), errno);
            case ShimOp.Mount mount -> fileSystem(mount.fileSystem(), errno);
            case ShimOp.OpenTree _ -> mountSource(errno);
            case ShimOp.MountSetattr m -> mountAttributes(m.set(), errno);
            case ShimOp.MoveMount _ -> mountTarget(errno);
            case ShimOp.Mask _, ShimOp.ReadonlyPath _ -> protection(errno);
            case ShimOp.EnsureDir _,
                    ShimOp.EnsureFile _,
                    ShimOp.Symlink _,
                    ShimOp.Mknod _,
                    ShimOp.WriteFile _,
                    ShimOp.Chown _ ->
                    file(errno);
            case ShimOp.Rlimit _ -> rlimit(errno);
            case ShimOp.OomScoreAdj _ ->
                    errno == Errno.EINVAL ? invalid("it may be -1000 to 1000") : plain(errno);
            case ShimOp.Seccomp _ -> seccomp(errno);
            case ShimOp.SetUser _ -> user(errno);
            case ShimOp.Bounding _, ShimOp.Capabilities _ -> capabilities(errno);
            case ShimOp.SecurityAttr _ -> label(errno);
            case ShimOp.Chdir _ -> workingDirectory(errno);
            case ShimOp.Tty _ -> terminal(errno);
            case ShimOp.Hook _ -> hook(errno);
            case ShimOp.SetnsPod _,
                    ShimOp.PodMounts _,
                    ShimOp.PodPidNamespace _,
                    ShimOp.LoopbackUp _,
                    ShimOp.PivotRoot _,
                    ShimOp.NoNewPrivs _,
                    ShimOp.SessionKeyring _,
                    ShimOp.Umask _,
                    ShimOp.Setsid _,
                    ShimOp.Exec _ ->
                    plain(errno);
        };
    }

    private static Hint namespace(Errno errno) {
        return switch (errno) {
            case ENOSPC, EUSERS ->
                    new Hint(
                            FaultKind.EXHAUSTED,
                            "check user.max_net_namespaces, user.max_ipc_namespaces and"
                                    + " the like: sysctl user");
            case EINVAL ->
                    new Hint(FaultKind.UNSUPPORTED, "this kernel is built without one of them");
            case EPERM ->
                    internal("the daemon needs CAP_SYS_ADMIN, and user namespaces be allowed");
            default -> plain(errno);
        };
    }

    private static Hint userNamespace(Errno errno) {
        return switch (errno) {
            case EINVAL -> invalid("this kernel does not take the mappings");
            case E2BIG -> invalid("the mappings do not fit into a page");
            case ENOSPC, EUSERS ->
                    new Hint(
                            FaultKind.EXHAUSTED,
                            "check user.max_user_namespaces and the like: sysctl user");
            default -> namespace(errno);
        };
    }

    private static Hint clone(Errno errno) {
        return switch (errno) {
            case EAGAIN ->
                    new Hint(
                            FaultKind.EXHAUSTED,
                            "check pids.max of the pod's cgroups, kernel.pid_max and"
                                    + " kernel.threads-max");
            case ENOENT, ENODEV -> internal("the cgroup was removed by somebody else");
            case EBUSY -> internal("the cgroup has controllers enabled for its children");
            case EOPNOTSUPP -> internal("the cgroup is threaded; set cgroup.type to domain");
            case ECHILD ->
                    internal(
                            "it was killed before it ran; look for the OOM killer in the kernel's"
                                    + " log");
            default -> namespace(errno);
        };
    }

    private static Hint cgroup(Errno errno) {
        return switch (errno) {
            case ENOENT, ENODEV -> internal("the cgroup was removed by somebody else");
            case ENOSPC -> invalid("its cpuset.cpus or cpuset.mems is empty");
            case EINVAL -> internal("it has a real-time or cpuset limit that no process fits in");
            case EBUSY -> internal("it has controllers enabled for its children");
            case EACCES, EPERM, EROFS -> internal("the daemon may not write to this cgroup tree");
            default -> plain(errno);
        };
    }

    private static Hint sysctl(Errno errno) {
        return switch (errno) {
            case ENOENT, ENOTDIR -> invalid("this kernel does not know it");
            case EINVAL, ERANGE -> invalid("this kernel does not take the value");
            case EACCES, EPERM, EROFS ->
                    invalid("it is not the pod's own but the host's: set it on the node");
            case EXDEV, ELOOP -> invalid("the name leads out of /proc/sys");
            default -> plain(errno);
        };
    }

    private static Hint fileSystem(String name, Errno errno) {
        return switch (errno) {
            case ENODEV ->
                    new Hint(
                            FaultKind.UNSUPPORTED,
                            "this kernel has no such file system: modprobe " + name);
            case ENOENT ->
                    internal("a directory of it is gone; remove the image and pull it again");
            case ELOOP -> internal("two of its directories are inside one another");
            case EBUSY -> internal("another mount uses its upper or work directory");
            case EINVAL ->
                    internal(
                            "an option that this kernel does not know, or more layers than it"
                                    + " stacks (overlay: 500)");
            case ENOSPC -> new Hint(FaultKind.EXHAUSTED, MOUNT_MAX + ", and the disk's free space");
            case EPERM -> internal("the daemon needs CAP_SYS_ADMIN");
            default -> plain(errno);
        };
    }

    private static Hint mountSource(Errno errno) {
        return switch (errno) {
            case ENOENT ->
                    invalid(
                            "it does not exist on the host; a hostPath of type DirectoryOrCreate"
                                    + " is made");
            case ENOTDIR -> invalid("a part of the path is not a directory on the host");
            case ELOOP -> invalid("its symbolic links lead in a circle");
            case ENOTCONN, ESTALE, EHOSTDOWN, ETIMEDOUT, EIO ->
                    internal("its file system does not answer; repair or unmount it on the host");
            case ENOSPC -> new Hint(FaultKind.EXHAUSTED, MOUNT_MAX);
            default -> plain(errno);
        };
    }

    private static Hint mountAttributes(long set, Errno errno) {
        if ((set & MountAttr.MOUNT_ATTR_IDMAP.bit()) != 0) {
            return idMap(errno);
        }
        return switch (errno) {
            case EINVAL -> new Hint(FaultKind.UNSUPPORTED, "this kernel lacks the attribute");
            case ENOSYS -> new Hint(FaultKind.UNSUPPORTED, "it needs Linux 5.12");
            case EPERM ->
                    internal("an attribute that its mount namespace has locked, or no privilege");
            default -> plain(errno);
        };
    }

    private static Hint idMap(Errno errno) {
        return switch (errno) {
            case EINVAL ->
                    new Hint(
                            FaultKind.UNSUPPORTED,
                            "its file system, or one that is mounted below it, cannot be"
                                    + " id-mapped by this kernel; ext4, xfs and btrfs can, and"
                                    + " tmpfs since Linux 6.3; or use no user namespace");
            case EPERM -> invalid("it is id-mapped already, or one that is mounted below it is");
            case ENOSYS -> new Hint(FaultKind.UNSUPPORTED, "it needs Linux 5.12");
            default -> plain(errno);
        };
    }

    private static Hint mountTarget(Errno errno) {
        return switch (errno) {
            case ENOTDIR -> invalid("one of them is a directory, the other a file");
            case ENOENT -> internal("the mount point is not in the container");
            case ELOOP, EXDEV -> invalid("the mount point is a link into /proc");
            case ENOSPC -> new Hint(FaultKind.EXHAUSTED, MOUNT_MAX);
            default -> plain(errno);
        };
    }

    private static Hint protection(Errno errno) {
        return switch (errno) {
            case ENODEV -> invalid("/dev/null of the container is not the null device");
            case ENOSPC -> new Hint(FaultKind.EXHAUSTED, MOUNT_MAX);
            default -> plain(errno);
        };
    }

    private static Hint file(Errno errno) {
        return switch (errno) {
            case EEXIST, ENOTDIR, EISDIR -> invalid("something else of this name is in the image");
            case EROFS -> invalid("it is inside a volume that is mounted read-only");
            case ELOOP, EXDEV -> invalid("a symbolic link of the image is in the way");
            case ENAMETOOLONG -> invalid("a name may have 255 bytes, a path 4095");
            case EACCES, EPERM ->
                    invalid("it is inside a volume that root may not write to, such as NFS");
            case ENOSPC, EDQUOT ->
                    new Hint(FaultKind.EXHAUSTED, "the disk of the container's layer is full");
            default -> plain(errno);
        };
    }

    private static Hint rlimit(Errno errno) {
        return switch (errno) {
            case EINVAL -> invalid("the soft limit may not be above the hard one");
            case EPERM ->
                    invalid(
                            "above the daemon's own hard limit or the kernel's, such as fs.nr_open");
            default -> plain(errno);
        };
    }

    private static Hint seccomp(Errno errno) {
        return switch (errno) {
            case EINVAL -> invalid("longer than 4096 instructions, or flags this kernel lacks");
            case EACCES, EPERM ->
                    internal("without no_new_privs a filter needs CAP_SYS_ADMIN at this step");
            case ENOMEM ->
                    new Hint(
                            FaultKind.EXHAUSTED,
                            "with the daemon's own, longer than 32768 instructions");
            default -> plain(errno);
        };
    }

    private static Hint user(Errno errno) {
        return switch (errno) {
            case EINVAL -> invalid("the pod's user namespace does not map it");
            case EPERM -> internal("the daemon needs CAP_SETUID and CAP_SETGID");
            case EAGAIN -> new Hint(FaultKind.EXHAUSTED, "it has more processes than RLIMIT_NPROC");
            default -> plain(errno);
        };
    }

    private static Hint capabilities(Errno errno) {
        return errno == Errno.EPERM
                ? invalid("the daemon lacks one of them itself; leave it out of capabilities.add")
                : plain(errno);
    }

    private static Hint label(Errno errno) {
        return switch (errno) {
            case ENOENT ->
                    invalid(
                            "no such AppArmor profile is loaded any more: load it with"
                                    + " apparmor_parser --replace FILE and make the container again");
            case EINVAL -> invalid("the SELinux policy of this node does not know the context");
            case EACCES, EPERM ->
                    internal("what confines the daemon itself does not let it change to that");
            default -> plain(errno);
        };
    }

    private static Hint workingDirectory(Errno errno) {
        return switch (errno) {
            case ENOENT -> invalid("it is not in the container");
            case ENOTDIR -> invalid("it is not a directory");
            case EACCES -> invalid("the container's user may not enter it");
            case EXDEV -> invalid("it leads out of the container");
            case ELOOP -> invalid("its symbolic links lead in a circle");
            default -> plain(errno);
        };
    }

    private static Hint terminal(Errno errno) {
        return switch (errno) {
            case ENOENT, EXDEV, ENOTDIR -> internal("/dev/pts of the container is not a devpts");
            case ENOSPC -> new Hint(FaultKind.EXHAUSTED, "check kernel.pty.max");
            default -> plain(errno);
        };
    }

    private static Hint hook(Errno errno) {
        return switch (errno) {
            case ENOENT, ENOTDIR, EACCES, ENOEXEC ->
                    internal("install the program, or generate the CDI specification anew");
            case ETIMEDOUT ->
                    internal("it was killed; find out what it waits for, or raise its timeout");
            case ECHILD -> internal("see what the hook says, and the CDI specification it is of");
            default -> plain(errno);
        };
    }

    private static Hint plain(Errno errno) {
        return new Hint(ShimFailureText.kindOf(errno), "");
    }

    private static Hint invalid(String words) {
        return new Hint(FaultKind.INVALID_ARGUMENT, words);
    }

    private static Hint internal(String words) {
        return new Hint(FaultKind.INTERNAL, words);
    }
}
