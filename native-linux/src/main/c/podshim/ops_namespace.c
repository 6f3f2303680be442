/* SPDX-License-Identifier: Apache-2.0 */
/* The pod's namespaces: making them, joining them, and what is set in them. */
#include "run.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

struct pod_namespaces pod_namespaces = {.mounts = -1, .pids = -1, .users = -1};

int run_UNSHARE(struct run *run, const struct op *op)
{
    return errno_of(syscall(SYS_unshare, (int)op->args[0].u));
}

int run_SETNS_CONTAINER(struct run *run, const struct op *op)
{
    int fd = container_pidfd(op->args[0].s);
    return fd < 0 ? fd : errno_of(syscall(SYS_setns, fd, (int)op->args[1].u));
}

int run_SETNS_POD(struct run *run, const struct op *op)
{
    uint64_t flags = op->args[0].u;
    if (flags == 0 || flags & ~(uint64_t)(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUSER))
        return -EINVAL;
    if (flags & CLONE_NEWUSER) {
        own_stdio(pod_namespaces.root,
                  pod_namespaces.group); /* inside, the host's root is nobody */
        if (syscall(SYS_setns, pod_namespaces.users, CLONE_NEWUSER) < 0)
            return -errno;
    }
    if (flags & CLONE_NEWPID && syscall(SYS_setns, pod_namespaces.pids, CLONE_NEWPID) < 0)
        return -errno;
    if (flags & CLONE_NEWNS && syscall(SYS_setns, pod_namespaces.mounts, CLONE_NEWNS) < 0)
        return -errno;
    return 0;
}

int become_pod_root(void)
{
    if (pod_namespaces.users < 0)
        return 0;
    if (syscall(SYS_setns, pod_namespaces.users, CLONE_NEWUSER) < 0 ||
        syscall(SYS_setgroups, (size_t)0, NULL) < 0 || syscall(SYS_setresgid, 0, 0, 0) < 0 ||
        syscall(SYS_setresuid, 0, 0, 0) < 0)
        return -errno;
    return 0;
}

/*
 * Holds new namespaces until it is killed. As PID 1 of the pod it blocks every signal and reaps
 * what is left to it.
 */
static pid_t fork_holder(uint64_t flags)
{
    struct clone_args args = {.flags = flags, .exit_signal = SIGCHLD};
    long child = sys_clone3(&args);
    if (child != 0)
        return (pid_t)errno_of(child);
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    syscall(SYS_close_range, 0, ~0U, 0); /* the lock, the socket: not its to hold */
    for (;; sigwaitinfo(&ended, NULL))
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
}

static int open_namespace(pid_t pid, const char *name)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, name);
    return errno_of(open(path, O_RDONLY | O_CLOEXEC));
}

static int keep_reaper(pid_t reaper)
{
    pod_namespaces.reaper = reaper;
    pod_namespaces.pids = open_namespace(reaper, "pid");
    return pod_namespaces.pids < 0 ? pod_namespaces.pids : 0;
}

int run_POD_PID_NAMESPACE(struct run *run, const struct op *op)
{
    pid_t reaper = fork_holder(CLONE_NEWPID);
    return reaper < 0 ? reaper : keep_reaper(reaper);
}

/* Answers which id of the host is 0 inside. The kernel takes one write of less than a page. */
static int64_t write_map(pid_t pid, const char *name, struct bytes map)
{
    char text[4096] = "";
    char path[64];
    size_t used = 0;
    int64_t root = -EINVAL;
    struct cursor ids = elements(map);
    for (uint32_t i = 0; i + 2 < map.size; i += 3) {
        unsigned long long inside = get_u64(&ids);
        unsigned long long outside = get_u64(&ids);
        int n = snprintf(text + used, sizeof text - used, "%llu %llu %llu\n", inside, outside,
                         (unsigned long long)get_u64(&ids));
        if (n < 0 || (size_t)n >= sizeof text - used)
            return -E2BIG;
        used += (size_t)n;
        if (inside == 0)
            root = (int64_t)outside;
    }
    (void)snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);
    int r = fd < 0 ? -errno : write_all(fd, text, used);
    return r < 0 ? r : root;
}

static int enter_held(pid_t holder, uint64_t flags, const struct op *op)
{
    int64_t root = write_map(holder, "uid_map", op->args[1].b);
    int64_t group = root < 0 ? root : write_map(holder, "gid_map", op->args[2].b);
    if (group < 0)
        return (int)group;
    pod_namespaces.root = (uid_t)root;
    pod_namespaces.group = (gid_t)group;
    pod_namespaces.users = open_namespace(holder, "user");
    AUTO_CLOSE int pidfd = sys_pidfd_open(holder);
    if (pod_namespaces.users < 0 || pidfd < 0)
        return pidfd < 0 ? -errno : pod_namespaces.users;
    return flags ? errno_of(syscall(SYS_setns, pidfd, flags)) : 0;
}

/* The podshim itself stays outside: it does what only the host's root may. */
int run_POD_USER_NAMESPACE(struct run *run, const struct op *op)
{
    uint64_t flags = op->args[0].u;
    pid_t holder = fork_holder(flags | CLONE_NEWUSER);
    if (holder < 0)
        return holder;
    int r = enter_held(holder, flags & ~(uint64_t)CLONE_NEWPID, op);
    if (r == 0 && flags & CLONE_NEWPID)
        return keep_reaper(holder);
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
    return r;
}

int run_LOOPBACK_UP(struct run *run, const struct op *op)
{
    AUTO_CLOSE int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_name = "lo"};
    if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0)
        return -errno;
    request.ifr_flags |= IFF_UP;
    return errno_of(ioctl(fd, SIOCSIFFLAGS, &request));
}

int run_SETHOSTNAME(struct run *run, const struct op *op)
{
    return errno_of(sethostname(op->args[0].s, strlen(op->args[0].s)));
}

int write_proc(const char *directory, const char *path, const char *text)
{
    AUTO_CLOSE int root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return -errno;
    AUTO_CLOSE int fd = (int)sys_openat2(root, path, O_WRONLY | O_CLOEXEC,
                                         RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
    struct statfs fs;
    if (fd < 0 || fstatfs(fd, &fs) < 0)
        return -errno;
    return fs.f_type == PROC_SUPER_MAGIC ? write_all(fd, text, strlen(text)) : -EXDEV;
}

/* "net.ipv4.ip_forward" or "net/ipv4/conf/eth0.1/forwarding", see sysctl(8). */
static int write_sysctl(const struct op *op)
{
    char path[256];
    int r = copy_text(path, sizeof path, op->args[0].s);
    if (r < 0)
        return r;
    for (char *at = path; !strchr(op->args[0].s, '/') && *at; at++)
        if (*at == '.')
            *at = '/';
    return write_proc("/proc/sys", path, op->args[1].s);
}

/* Some take the host's root, those of an ipc namespace only the root of the one it belongs to. */
int run_SYSCTL(struct run *run, const struct op *op)
{
    int r = write_sysctl(op);
    if (r != -EACCES || pod_namespaces.users < 0)
        return r;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        r = become_pod_root();
        _exit(r < 0 ? -r : -write_sysctl(op));
    }
    if (child < 0 || waitpid(child, &status, 0) < 0)
        return -errno;
    return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}
