// SPDX-License-Identifier: Apache-2.0
//
// Tries one way out of a container and prints what the kernel answered: `refused ERRNO`, or `done` if nothing stood in the way.
// What could harm a host that lets it through is only opened, never written.
//
//	escape ATTEMPT [ARGUMENT]
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* One number for all architectures; musl of Debian 12 does not name them all. */
enum { OPEN_TREE = 428, FSOPEN = 430, CLONE3 = 435, MOUNT_SETATTR = 442 };

static const char *argument = "";

static int answer(long r)
{
    return r < 0 ? -errno : 0;
}

static int opened(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -errno;
    close(fd);
    return 0;
}

static int mount_tmpfs(void) { return answer(mount("none", "/tmp", "tmpfs", 0, NULL)); }
static int mount_proc(void) { return answer(mount("proc", "/tmp", "proc", 0, NULL)); }
static int mount_bind(void) { return answer(mount("/", "/tmp", NULL, MS_BIND, NULL)); }
static int mount_cgroup(void) { return answer(mount("cgroup", "/tmp", "cgroup", 0, "memory")); }
static int mount_cgroup2(void) { return answer(mount("none", "/tmp", "cgroup2", 0, NULL)); }
static int remount_sys(void) { return answer(mount(NULL, "/sys", NULL, MS_REMOUNT | MS_BIND, NULL)); }
static int unmount_mask(void) { return answer(umount2("/proc/kcore", MNT_DETACH)); }
static int new_mount_api(void) { return answer(syscall(FSOPEN, "tmpfs", 0)); }
static int open_tree_clone(void) { return answer(syscall(OPEN_TREE, AT_FDCWD, "/", 1)); }
static int set_mount_attributes(void)
{
    uint64_t attributes[4] = {0, 1, 0, 0}; /* clear MOUNT_ATTR_RDONLY */
    return answer(syscall(MOUNT_SETATTR, AT_FDCWD, "/sys", 0, attributes, sizeof(attributes)));
}

static int unshare_user(void) { return answer(unshare(CLONE_NEWUSER)); }
static int unshare_mounts(void) { return answer(unshare(CLONE_NEWNS)); }
static int unshare_cgroup(void) { return answer(unshare(CLONE_NEWCGROUP)); }

static int reaped(long pid)
{
    if (pid == 0)
        _exit(0);
    if (pid < 0)
        return -errno;
    waitpid((pid_t)pid, NULL, 0);
    return 0;
}
static int clone_user(void) { return reaped(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0)); }
static int clone3_user(void)
{
    uint64_t request[8] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD, 0, 0, 0};
    return reaped(syscall(CLONE3, request, sizeof(request)));
}
static int enter_namespace(void)
{
    int fd = open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : answer(setns(fd, 0));
}
static int pivot(void) { return answer(syscall(SYS_pivot_root, "/", "/")); }

static int read_keyring(void) { return answer(syscall(SYS_keyctl, 0, -3, 1)); }
static int join_keyring(void) { return answer(syscall(SYS_keyctl, 1, "escape")); }
static int add_a_key(void) { return answer(syscall(SYS_add_key, "user", "escape", "x", 1, -3)); }

static int load_module(void) { return answer(syscall(SYS_init_module, "", 0, "")); }
static int load_module_file(void) { return answer(syscall(SYS_finit_module, 0, "", 0)); }
static int unload_module(void) { return answer(syscall(SYS_delete_module, "no_such_module", O_NONBLOCK)); }
static int load_kernel(void) { return answer(syscall(SYS_kexec_load, 0, 0, NULL, 0)); }
static int make_bpf_map(void)
{
    uint32_t request[16] = {2, 4, 4, 1}; /* an array of one number */
    return answer(syscall(SYS_bpf, 0, request, sizeof(request)));
}
static int watch_kernel(void)
{
    struct {
        uint32_t type, size;
        uint64_t rest[14];
    } request = {1, sizeof(request), {0}}; /* a software event, kernel included */
    return answer(syscall(SYS_perf_event_open, &request, -1, 0, -1, 0));
}
static int catch_page_faults(void) { return answer(syscall(SYS_userfaultfd, O_CLOEXEC)); }
static int read_kernel_log(void)
{
    char line[256];
    return answer(syscall(SYS_syslog, 3, line, sizeof(line)));
}
static int set_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return answer(clock_settime(CLOCK_REALTIME, &now));
}
static int swap_on(void) { return answer(syscall(SYS_swapon, "/no-such-file", 0)); }
static int account_processes(void) { return answer(syscall(SYS_acct, NULL)); }
static int reboot_host(void) { return answer(syscall(SYS_reboot, 0xfee1dead, 672274793, 0, NULL)); } /* Ctrl-Alt-Del off */
static int reach_ports(void)
{
#ifdef SYS_iopl
    return answer(syscall(SYS_iopl, 3));
#else
    return -ENOSYS;
#endif
}

/* The root directory of a file system is inode 2 on ext4, and known by its handle without a path. */
static int open_by_handle(void)
{
    struct {
        uint32_t bytes;
        int32_t type;
        uint32_t inode, generation;
    } handle = {8, 1, 2, 0};
    int fd = open("/", O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : answer(syscall(SYS_open_by_handle_at, fd, &handle, O_RDONLY));
}

/* ARGUMENT: b or c, major, minor. */
static int open_device(void)
{
    char kind;
    unsigned int major_number, minor_number;
    if (sscanf(argument, "%c %u %u", &kind, &major_number, &minor_number) != 3)
        return -EINVAL;
    const char *path = "/tmp/device";
    unlink(path);
    mode_t type = kind == 'b' ? S_IFBLK : S_IFCHR;
    if (mknod(path, type | 0600, makedev(major_number, minor_number)) < 0)
        return -errno;
    int r = opened(path, O_RDONLY);
    return r == 0 ? 0 : opened(path, O_WRONLY);
}

/* ARGUMENT: a path. */
static int open_to_write(void) { return opened(argument, O_WRONLY); }
static int open_to_read(void) { return opened(argument, O_RDONLY); }

/* ARGUMENT: a process id of the host. */
static int trace(void) { return answer(ptrace(PTRACE_ATTACH, atoi(argument), NULL, NULL)); }
static int signal_process(void) { return answer(kill(atoi(argument), 0)); }
static int read_memory(void)
{
    char byte;
    struct iovec here = {&byte, 1}, there = {(void *)0x1000, 1};
    return answer(process_vm_readv(atoi(argument), &here, 1, &there, 1, 0));
}

static int found(const char *way)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s%s", way, argument);
    if (access(path, F_OK) < 0)
        return -errno;
    fprintf(stderr, "reached as %s\n", path);
    return 0;
}

/* ARGUMENT: the absolute path of a file or socket of the host. Every way up that a process is given. */
static int climb(void)
{
    static const char *const ways[] = {
        "", "/volume", "/..", "/proc/1/root", "/proc/1/root/../../..", "/proc/1/cwd/../../../..", "/proc/self/root/../..",
        "/volume/..", "/volume/../../../..", "/volume/up", "/proc/self/cwd/../../../../../..", "/dev/shm/../../..",
        "/sys/fs/cgroup/../../../..", "/etc/hosts/../../../..", "/proc/1/task/1/root", "/proc/self/exe/../../../..",
    };
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
        if (found(ways[i]) == 0)
            return 0;
    char way[128];
    for (int fd = 0; fd < 256; fd++) {
        snprintf(way, sizeof(way), "/proc/self/fd/%d/../../../../../../..", fd);
        if (found(way) == 0)
            return 0;
        snprintf(way, sizeof(way), "/proc/1/fd/%d/../../../../../../..", fd);
        if (found(way) == 0)
            return 0;
    }
    return -ENOENT;
}

/* ARGUMENT as above. A root below the working directory leaves that outside, and .. does not end at it. */
static int climb_out_of_chroot(void)
{
    mkdir("/tmp/jail", 0700);
    if (chroot("/tmp/jail") < 0)
        return -errno;
    for (int i = 0; i < 64; i++)
        if (chdir("..") < 0)
            return -errno;
    if (chroot(".") < 0)
        return -errno;
    return found("");
}

/* ARGUMENT: a file. Opens what others execute for writing, again and again; writes down what could be opened. */
static int catch_programs(void)
{
    FILE *report = fopen(argument, "w");
    if (!report)
        return -errno;
    fprintf(report, "watching\n");
    fflush(report);
    for (;;) {
        DIR *all = opendir("/proc");
        for (struct dirent *entry; all && (entry = readdir(all));) {
            char path[300], target[300] = "";
            snprintf(path, sizeof(path), "/proc/%s/exe", entry->d_name);
            if (opened(path, O_WRONLY) == 0) {
                ssize_t length = readlink(path, target, sizeof(target) - 1);
                fprintf(report, "opened %s %s\n", path, length < 0 ? "" : target);
                fflush(report);
            }
        }
        if (all)
            closedir(all);
    }
}

/* ARGUMENT: a directory with a directory `target` and a symbolic link `away`. They change places, again and again. */
static int swap(void)
{
    if (chdir(argument) < 0)
        return -errno;
    for (;;) {
        rename("target", "aside");
        rename("away", "target");
        rename("target", "away");
        rename("aside", "target");
    }
}

static const struct {
    const char *name;
    int (*run)(void);
} ATTEMPTS[] = {
    {"mount-tmpfs", mount_tmpfs},
    {"mount-proc", mount_proc},
    {"mount-bind", mount_bind},
    {"mount-cgroup", mount_cgroup},
    {"mount-cgroup2", mount_cgroup2},
    {"remount-sys", remount_sys},
    {"unmount-mask", unmount_mask},
    {"fsopen", new_mount_api},
    {"open-tree", open_tree_clone},
    {"mount-setattr", set_mount_attributes},
    {"unshare-user", unshare_user},
    {"unshare-mounts", unshare_mounts},
    {"unshare-cgroup", unshare_cgroup},
    {"clone-user", clone_user},
    {"clone3-user", clone3_user},
    {"setns", enter_namespace},
    {"pivot-root", pivot},
    {"keyctl-read", read_keyring},
    {"keyctl-join", join_keyring},
    {"add-key", add_a_key},
    {"init-module", load_module},
    {"finit-module", load_module_file},
    {"delete-module", unload_module},
    {"kexec-load", load_kernel},
    {"bpf", make_bpf_map},
    {"perf-event-open", watch_kernel},
    {"userfaultfd", catch_page_faults},
    {"syslog", read_kernel_log},
    {"clock-settime", set_clock},
    {"swapon", swap_on},
    {"acct", account_processes},
    {"reboot", reboot_host},
    {"iopl", reach_ports},
    {"open-by-handle", open_by_handle},
    {"device", open_device},
    {"write", open_to_write},
    {"read", open_to_read},
    {"ptrace", trace},
    {"kill", signal_process},
    {"process-vm-readv", read_memory},
    {"climb", climb},
    {"climb-chroot", climb_out_of_chroot},
    {"catch-programs", catch_programs},
    {"swap", swap},
};

static const char *errno_name(int error)
{
    switch (error) {
#define NAME(e) \
    case e: \
        return #e
        NAME(EPERM);
        NAME(ENOENT);
        NAME(ESRCH);
        NAME(EACCES);
        NAME(EBUSY);
        NAME(EINVAL);
        NAME(EROFS);
        NAME(ENOSYS);
#undef NAME
    }
    return strerror(error);
}

int main(int argc, char **argv)
{
    if (argc > 2)
        argument = argv[2];
    for (size_t i = 0; argc > 1 && i < sizeof(ATTEMPTS) / sizeof(ATTEMPTS[0]); i++) {
        if (strcmp(ATTEMPTS[i].name, argv[1]) == 0) {
            int r = ATTEMPTS[i].run();
            if (r == 0)
                printf("done\n");
            else
                printf("refused %s\n", errno_name(-r));
            return 0;
        }
    }
    fprintf(stderr, "no such attempt\n");
    return 2;
}
