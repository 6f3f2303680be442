/* SPDX-License-Identifier: Apache-2.0 */
/* System calls that the C library has no function for, or another one. */
#ifndef SYS_H
#define SYS_H

#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif
#define MNT_DETACH_FLAG 2

static inline long sys_openat2(int dirfd, const char *path, uint64_t flags, uint64_t resolve)
{
    struct open_how how = {.flags = flags, .mode = 0, .resolve = resolve};
    return syscall(SYS_openat2, dirfd, path, &how, sizeof how);
}

static inline long sys_move_mount(int from, int to)
{
    return syscall(SYS_move_mount, from, "", to, "",
                   MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

static inline long sys_open_tree(int dirfd, const char *path, unsigned int flags)
{
    return syscall(SYS_open_tree, dirfd, path, flags | OPEN_TREE_CLOEXEC);
}

static inline long sys_mount_setattr(int fd, unsigned int flags, struct mount_attr *attr)
{
    return syscall(SYS_mount_setattr, fd, "", 0x1000U /* AT_EMPTY_PATH */ | flags, attr,
                   sizeof *attr);
}

static inline long sys_fsconfig(int fd, unsigned int cmd, const char *key, const void *value)
{
    return syscall(SYS_fsconfig, fd, cmd, key, value, 0);
}

static inline long sys_clone3(struct clone_args *args)
{
    return syscall(SYS_clone3, args, sizeof *args);
}

static inline int sys_pidfd_open(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static inline long sys_pidfd_send_signal(int pidfd, int signal)
{
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

#endif
