/* SPDX-License-Identifier: Apache-2.0 */
/* What a process may do and who it is. */
#include "run.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/magic.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

int run_CGROUP_ATTACH(struct run *run, const struct op *op)
{
    AUTO_CLOSE int fd = open(op->args[0].s, O_WRONLY | O_CLOEXEC);
    return fd < 0 ? -errno : write_all(fd, "0", 1);
}

int run_RLIMIT(struct run *run, const struct op *op)
{
    struct rlimit wanted = {.rlim_cur = op->args[1].u, .rlim_max = op->args[2].u};
    struct rlimit now;
    int resource = (int)op->args[0].u;
    if (syscall(SYS_prlimit64, 0, resource, &wanted, NULL) == 0)
        return 0;
    if (errno != EPERM || syscall(SYS_prlimit64, 0, resource, NULL, &now) < 0)
        return -errno;
    if (wanted.rlim_max > now.rlim_max)
        wanted.rlim_max = now.rlim_max;
    if (wanted.rlim_cur > wanted.rlim_max)
        wanted.rlim_cur = wanted.rlim_max;
    return errno_of(syscall(SYS_prlimit64, 0, resource, &wanted, NULL));
}

static int write_oom_score(int fd, int score)
{
    char text[16];
    int n = snprintf(text, sizeof text, "%d", score);
    return errno_of(pwrite(fd, text, (size_t)n, 0));
}

/* Without CAP_SYS_RESOURCE there is a lowest value; it is somewhere between the one asked for and
 * ours. */
int run_OOM_SCORE_ADJ(struct run *run, const struct op *op)
{
    int wanted = (int)(int64_t)op->args[0].u;
    AUTO_CLOSE int fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int r = write_oom_score(fd, wanted);
    if (r != -EACCES)
        return r < 0 ? r : 0;
    char text[16] = "";
    if (pread(fd, text, sizeof text - 1, 0) < 0)
        return -errno;
    int refused = wanted;
    int allowed = (int)strtol(text, NULL, 10);
    while (allowed - refused > 1) {
        int middle = refused + (allowed - refused) / 2;
        if (write_oom_score(fd, middle) < 0)
            refused = middle;
        else
            allowed = middle;
    }
    return 0;
}

int run_NO_NEW_PRIVS(struct run *run, const struct op *op)
{
    return errno_of(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

int run_SECCOMP(struct run *run, const struct op *op)
{
    struct bytes filter = op->args[1].b;
    if (filter.size % sizeof(struct sock_filter) != 0 ||
        filter.size / sizeof(struct sock_filter) > UINT16_MAX)
        return -EINVAL;
    struct sock_fprog program = {.len = (unsigned short)(filter.size / sizeof(struct sock_filter)),
                                 .filter = (void *)(uintptr_t)filter.data};
    return errno_of(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, op->args[0].u, &program));
}

int run_BOUNDING(struct run *run, const struct op *op)
{
    for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
        if (!(op->args[0].u & (uint64_t)1 << cap) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
            return -errno;
    return 0;
}

/* /dev/stdout is opened anew by many programs, which only the owner of the pipe can do. */
void own_stdio(uid_t uid, gid_t gid)
{
    for (int fd = 0; fd <= 2; fd++) {
        struct stat st;
        if (fstat(fd, &st) == 0 && !(S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3)))
            (void)!fchown(fd, uid, S_ISCHR(st.st_mode) ? (gid_t)-1 : gid);
    }
}

int run_SET_USER(struct run *run, const struct op *op)
{
    uid_t uid = (uid_t)op->args[0].u;
    gid_t gid = (gid_t)op->args[1].u;
    struct cursor groups = elements(op->args[2].b);
    size_t size = ((size_t)op->args[2].b.size + 1) * sizeof(gid_t);
    gid_t *ids = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (ids == MAP_FAILED)
        return -errno;
    for (uint32_t i = 0; i < op->args[2].b.size; i++)
        ids[i] = (gid_t)get_u64(&groups);
    own_stdio(uid, gid);
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 ||
        syscall(SYS_setgroups, (size_t)op->args[2].b.size, ids) < 0 ||
        syscall(SYS_setresgid, gid, gid, gid) < 0 || syscall(SYS_setresuid, uid, uid, uid) < 0)
        return -errno;
    return 0;
}

int run_CAPABILITIES(struct run *run, const struct op *op)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    for (int i = 0; i < 2; i++)
        data[i] =
            (struct __user_cap_data_struct){.effective = (uint32_t)(op->args[0].u >> 32 * i),
                                            .permitted = (uint32_t)(op->args[1].u >> 32 * i),
                                            .inheritable = (uint32_t)(op->args[2].u >> 32 * i)};
    if (syscall(SYS_capset, &header, data) < 0 ||
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
        return -errno;
    for (unsigned long cap = 0; cap < 64; cap++)
        if (op->args[3].u & (uint64_t)1 << cap &&
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
            return -errno;
    return 0;
}

int run_SESSION_KEYRING(struct run *run, const struct op *op)
{
    long r = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, op->args[0].s);
    return r < 0 && errno != ENOSYS ? -errno : 0;
}

int run_SECURITY_ATTR(struct run *run, const struct op *op)
{
    return write_proc("/proc/thread-self/attr", op->args[0].s, op->args[1].s);
}

int run_UMASK(struct run *run, const struct op *op)
{
    umask((mode_t)op->args[0].u);
    return 0;
}

/* A directory that /proc/self/fd led to may be the host's: then it has no path from here
 * (CVE-2024-21626). */
int run_CHDIR(struct run *run, const struct op *op)
{
    char path[4096];
    if (chdir(op->args[0].s) < 0)
        return -errno;
    if (syscall(SYS_getcwd, path, sizeof path) < 0)
        return -errno;
    return path[0] == '/' ? 0 : -EXDEV;
}

int run_SETSID(struct run *run, const struct op *op)
{
    return errno_of(setsid());
}

/* The slave becomes the controlling terminal and 0, 1, 2; the master goes to the podshim. */
int run_TTY(struct run *run, const struct op *op)
{
    AUTO_CLOSE int master = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW);
    struct statfs fs;
    int unlocked = 0;
    if (master < 0 || fstatfs(master, &fs) < 0)
        return -errno;
    if (fs.f_type != DEVPTS_SUPER_MAGIC)
        return -EXDEV;
    struct winsize size = {.ws_row = (unsigned short)op->args[0].u,
                           .ws_col = (unsigned short)op->args[1].u};
    if (ioctl(master, TIOCSPTLCK, &unlocked) < 0 || ioctl(master, TIOCSWINSZ, &size) < 0)
        return -errno;
    AUTO_CLOSE int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0 || ioctl(slave, TIOCSCTTY, 0) < 0)
        return -errno;
    if (op->args[2].u == 1) {
        AUTO_CLOSE int root = root_fd(run, 0);
        AUTO_CLOSE int console =
            root < 0 ? root : open_in(root, "/dev/console", O_PATH | O_NOFOLLOW);
        AUTO_CLOSE int tree = (int)sys_open_tree(slave, "", AT_EMPTY_PATH | OPEN_TREE_CLONE);
        if (console < 0 || tree < 0 || sys_move_mount(tree, console) < 0)
            return console < 0 ? console : -errno;
    }
    struct status status = {.kind = STATUS_TTY};
    int r = send_with_fds(run->status_fd, &status, sizeof status, &master, 1);
    for (int fd = 0; fd <= 2 && r == 0; fd++)
        r = dup2(slave, fd) < 0 ? -errno : 0;
    return r;
}

char **pointers(struct list list)
{
    size_t size = ((size_t)list.count + 1) * sizeof(char *);
    char **all = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED)
        return NULL;
    for (size_t i = 0; list.count > 0; i++)
        all[i] = (char *)(uintptr_t)next_str(&list);
    return all;
}

int run_EXEC(struct run *run, const struct op *op)
{
    struct list paths = op->args[0].l;
    char **argv = pointers(op->args[1].l);
    char **envp = pointers(op->args[2].l);
    if (!argv || !envp)
        return -ENOMEM;
    syscall(SYS_close_range, 3, ~0U, 4 /* CLOSE_RANGE_CLOEXEC: whatever is open ends here */);
    int r = -ENOENT;
    for (const char *path; (path = next_str(&paths));) {
        run->detail++;
        execve(path, argv, envp);
        if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
            return -errno;
        if (errno == EACCES)
            r = -EACCES; /* says more than that the others are not there */
    }
    return r;
}
