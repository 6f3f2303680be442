/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts: made detached, attached last, every target by descriptor (CVE-2025-31133, -52565,
 * -52881). */
#include "run.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static int fail_mount(struct run *run, int context)
{
    int err = errno;
    /* The context's log: one message a read, "e overlay: No changes allowed in reconfigure". */
    ssize_t n = read(context, run->text, sizeof run->text - 1);
    run->text[n > 0 ? n : 0] = 0;
    return -err;
}

static int configure(struct run *run, int context, const char *option)
{
    char key[FAILURE_TEXT_MAX];
    const char *equals = strchr(option, '=');
    size_t length = equals ? (size_t)(equals - option) : strlen(option);
    if (length >= sizeof key)
        return -ENAMETOOLONG;
    memcpy(key, option, length);
    key[length] = 0;
    long r = equals ? sys_fsconfig(context, FSCONFIG_SET_STRING, key, equals + 1)
                    : sys_fsconfig(context, FSCONFIG_SET_FLAG, key, NULL);
    return r < 0 ? fail_mount(run, context) : 0;
}

int run_FSMOUNT(struct run *run, const struct op *op)
{
    AUTO_CLOSE int context = (int)syscall(SYS_fsopen, op->args[1].s, FSOPEN_CLOEXEC);
    if (context < 0)
        return -errno;
    struct list options = op->args[2].l;
    for (const char *option; (option = next_str(&options));) {
        run->detail++;
        int r = configure(run, context, option);
        if (r < 0)
            return r;
    }
    run->detail = 0;
    if (sys_fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL) < 0)
        return fail_mount(run, context);
    int fd = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, (unsigned int)op->args[3].u);
    return fd < 0 ? fail_mount(run, context) : fill_slot(run, op->args[0].u, fd);
}

int run_MOUNT(struct run *run, const struct op *op)
{
    return errno_of(syscall(SYS_mount, op->args[0].s, op->args[1].s, op->args[2].s,
                            (unsigned long)op->args[3].u, op->args[4].s));
}

int run_OPEN_TREE(struct run *run, const struct op *op)
{
    int fd = (int)sys_open_tree(AT_FDCWD, op->args[1].s, (unsigned int)op->args[2].u);
    return fd < 0 ? -errno : fill_slot(run, op->args[0].u, fd);
}

int run_MOUNT_SETATTR(struct run *run, const struct op *op)
{
    int fd = slot_fd(run, op->args[0].u);
    struct mount_attr attr = {
        .attr_set = op->args[2].u, .attr_clr = op->args[3].u, .propagation = op->args[4].u};
    if (attr.attr_set & MOUNT_ATTR_IDMAP)
        attr.userns_fd = (__u64)pod_namespaces.users;
    return fd < 0 ? fd : errno_of(sys_mount_setattr(fd, (unsigned int)op->args[1].u, &attr));
}

int run_MOVE_MOUNT(struct run *run, const struct op *op)
{
    int fd = slot_fd(run, op->args[0].u);
    if (fd < 0)
        return fd;
    AUTO_CLOSE int root = root_fd(run, op->args[1].u);
    if (root < 0)
        return root;
    AUTO_CLOSE int target = open_in(root, op->args[2].s, O_PATH);
    return target < 0 ? target : errno_of(sys_move_mount(fd, target));
}

static int clone_onto(int source, unsigned int recursive, int target, struct mount_attr *attr)
{
    AUTO_CLOSE int tree =
        (int)sys_open_tree(source, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | recursive);
    if (tree < 0)
        return -errno;
    if (attr && sys_mount_setattr(tree, recursive, attr) < 0)
        return -errno;
    return errno_of(sys_move_mount(tree, target));
}

/*
 * An empty read-only tmpfs, made once: hiding twenty directories costs one superblock. The first is
 * attached itself, the others are clones of it: before Linux 6.15 a mount that is not attached
 * cannot be cloned.
 */
static int mask_directory(struct run *run, int target)
{
    if (run->masks >= 0)
        return clone_onto(run->masks, 0, target, NULL);
    AUTO_CLOSE int context = (int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
    if (context < 0)
        return -errno;
    if (sys_fsconfig(context, FSCONFIG_SET_STRING, "mode", "0555") < 0 ||
        sys_fsconfig(context, FSCONFIG_SET_STRING, "nr_inodes", "2") < 0 ||
        sys_fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL) < 0)
        return fail_mount(run, context);
    run->masks =
        (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC,
                     MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
    return run->masks < 0 ? fail_mount(run, context) : errno_of(sys_move_mount(run->masks, target));
}

/* The root's /dev/null, if it is the null device and not something put in its place. */
static int null_device(int root)
{
    int fd = open_in(root, "dev/null", O_PATH | O_NOFOLLOW);
    struct stat st;
    if (fd < 0)
        return fd;
    if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3))
        return fd;
    close(fd);
    return -ENODEV;
}

/* What is not there needs neither hiding nor protection. */
static int missing_is_fine(int r)
{
    return r == -ENOENT || r == -ENOTDIR ? 0 : r;
}

int run_MASK(struct run *run, const struct op *op)
{
    AUTO_CLOSE int root = root_fd(run, op->args[0].u);
    if (root < 0)
        return root;
    AUTO_CLOSE int target = open_in(root, op->args[1].s, O_PATH);
    if (target < 0)
        return missing_is_fine(target);
    struct stat st;
    if (fstat(target, &st) < 0)
        return -errno;
    if (S_ISDIR(st.st_mode))
        return mask_directory(run, target);
    AUTO_CLOSE int null = null_device(root);
    return null < 0 ? null : clone_onto(null, 0, target, NULL);
}

int run_READONLY_PATH(struct run *run, const struct op *op)
{
    AUTO_CLOSE int root = root_fd(run, op->args[0].u);
    if (root < 0)
        return root;
    AUTO_CLOSE int target = open_in(root, op->args[1].s, O_PATH);
    if (target < 0)
        return missing_is_fine(target);
    struct mount_attr readonly = {.attr_set = MOUNT_ATTR_RDONLY};
    return clone_onto(target, AT_RECURSIVE, target, &readonly);
}

/* pivot_root(2): "." twice puts the old root over the new one, from where it is detached. */
static int pivot_to(int fd)
{
    if (fchdir(fd) < 0)
        return -errno;
    if (syscall(SYS_pivot_root, ".", ".") < 0) {
        if (errno != EINVAL)
            return -errno;
        /* The root is the kernel's initial ramfs, which cannot be pivoted: move over it instead. */
        if (syscall(SYS_mount, ".", "/", NULL, (unsigned long)MS_MOVE, NULL) < 0 || chroot(".") < 0)
            return -errno;
    } else if (syscall(SYS_umount2, ".", MNT_DETACH_FLAG) < 0) {
        return -errno;
    }
    return errno_of(chdir("/"));
}

int run_PIVOT_ROOT(struct run *run, const struct op *op)
{
    int fd = slot_fd(run, op->args[0].u);
    return fd < 0 ? fd : pivot_to(fd);
}

/* A detached mount; of a tmpfs for everybody, if a size is given. */
static int detached(const char *file_system, const char *size, unsigned int attributes)
{
    AUTO_CLOSE int context = (int)syscall(SYS_fsopen, file_system, FSOPEN_CLOEXEC);
    if (context < 0 ||
        (size && (sys_fsconfig(context, FSCONFIG_SET_STRING, "size", size) < 0 ||
                  sys_fsconfig(context, FSCONFIG_SET_STRING, "mode", "1777") < 0)) ||
        sys_fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL) < 0)
        return -errno;
    return errno_of(syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC,
                            attributes | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID));
}

static int attach(int mount, const char *path)
{
    AUTO_CLOSE int target = open(path, O_PATH | O_CLOEXEC);
    return target < 0 ? -errno : errno_of(sys_move_mount(mount, target));
}

/* In a child: leaves the host's mounts for a table of one tmpfs, or a few. */
static int enter_tiny_mounts(uint64_t shm_bytes)
{
    bool users = pod_namespaces.users >= 0;
    AUTO_CLOSE int proc = users ? detached("proc", NULL, MOUNT_ATTR_NOEXEC) : -1;
    AUTO_CLOSE int sys = users ? detached("sysfs", NULL, MOUNT_ATTR_NOEXEC) : -1;
    if (users && (proc < 0 || sys < 0))
        return proc < 0 ? proc : sys;
    int r = become_pod_root();
    if (r < 0)
        return r;
    if (syscall(SYS_unshare, CLONE_NEWNS) < 0 ||
        syscall(SYS_mount, "none", "/", NULL, (unsigned long)(MS_REC | MS_PRIVATE), NULL) < 0)
        return -errno;
    AUTO_CLOSE int tiny = detached("tmpfs", "16k", 0);
    r = tiny < 0 ? tiny : attach(tiny, "/");
    if (r == 0)
        r = pivot_to(tiny);
    if (r < 0)
        return r;
    if (mkdir("/root", 0755) < 0 || mkdir("/shm", 0755) < 0)
        return -errno;
    if (users && (mkdir("/proc", 0755) < 0 || mkdir("/sys", 0755) < 0))
        return -errno;
    if (users && ((r = attach(proc, "/proc")) < 0 || (r = attach(sys, "/sys")) < 0))
        return r;
    if (shm_bytes == 0)
        return 0;
    char size[32];
    (void)snprintf(size, sizeof size, "%llu", (unsigned long long)shm_bytes);
    AUTO_CLOSE int shm = detached("tmpfs", size, MOUNT_ATTR_NOEXEC);
    return shm < 0 ? shm : attach(shm, "/shm");
}

/* Held by a descriptor of the podshim, which itself stays in the host's mount namespace. */
int run_POD_MOUNTS(struct run *run, const struct op *op)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    AUTO_CLOSE int reads = ends[0];
    pid_t child = fork();
    if (child == 0) {
        int r = enter_tiny_mounts(op->args[0].u);
        write_all(ends[1], &r, sizeof r);
        close(ends[1]);
        pause(); /* until the parent holds the namespace and kills this */
        _exit(0);
    }
    close(ends[1]);
    if (child < 0)
        return -errno;
    int r = -EIO;
    if (read(reads, &r, sizeof r) != sizeof r)
        r = -EIO;
    if (r == 0) {
        char path[64];
        (void)snprintf(path, sizeof path, "/proc/%d/ns/mnt", child);
        pod_namespaces.mounts = open(path, O_RDONLY | O_CLOEXEC);
        r = pod_namespaces.mounts < 0 ? -errno : 0;
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return r;
}
