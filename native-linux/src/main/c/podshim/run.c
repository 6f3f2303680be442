/* SPDX-License-Identifier: Apache-2.0 */
/* The stub runs a program until CLONE, its clone the rest; the status channel tells how far they
 * came. */
#include "run.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FDS_MAX = 3 };

static int (*const OPS[OP_CODES])(struct run *, const struct op *) = {
#define OP(code, name, args) [OP_##name] = run_##name,
#include "ops.def"
#undef OP
};

void start_run(struct run *run, int status_fd)
{
    run->status_fd = status_fd;
    run->masks = -1;
    for (int i = 0; i < SLOTS; i++)
        run->slots[i] = -1;
}

static uint64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

static void send_times(struct run *run)
{
    if (run->timed)
        (void)send_with_fds(run->status_fd, &run->times,
                            offsetof(struct times, took) + run->times.count * sizeof(uint32_t),
                            NULL, 0);
    run->timed = false;
}

static void note_time(struct run *run, uint64_t *since)
{
    if (!run->timed || run->times.count == TIMED_MAX)
        return;
    uint64_t now = monotonic_ns();
    uint64_t took = (now - *since) / 10;
    run->times.took[run->times.count++] = took > UINT32_MAX ? UINT32_MAX : (uint32_t)took;
    *since = now;
}

/* In order; the first failure ends it. Once there is a filter, or another program, nothing can be
 * told any more: a filter may forbid to send, and where the clock is a system call even that. */
int run_program(struct run *run, struct cursor program, struct failure *failure)
{
    uint32_t count = get_u32(&program);
    uint64_t since = run->timed ? monotonic_ns() : 0;
    struct op op;
    for (uint32_t i = 0; i < count && next_op(&program, &op); i++) {
        if (op.code == OP_SECCOMP || op.code == OP_EXEC)
            send_times(run);
        run->detail = 0;
        run->text[0] = 0;
        int r = OPS[op.code](run, &op);
        note_time(run, &since);
        if (r < 0) {
            send_times(run);
            *failure = (struct failure){
                .step = i, .code = op.code, .detail = (uint16_t)run->detail, .err = -r};
            memcpy(failure->text, run->text, sizeof failure->text);
            return r;
        }
    }
    return 0;
}

int send_with_fds(int socket, const void *data, size_t size, const int *fds, size_t count)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
    } control = {0};
    struct iovec part = {.iov_base = (void *)(uintptr_t)data, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = &control;
        message.msg_controllen = (socklen_t)CMSG_SPACE(count * sizeof(int));
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = (socklen_t)CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(&control.header), fds, count * sizeof(int));
    }
    ssize_t n = sendmsg(socket, &message, MSG_NOSIGNAL);
    return n < 0 ? -errno : 0;
}

/* At most *count descriptors, all of them the caller's; *count becomes how many came. */
ssize_t receive_with_fds(int socket, void *data, size_t size, int *fds, size_t *count)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
    } control;
    struct iovec part = {.iov_base = data, .iov_len = size};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = (socklen_t)CMSG_SPACE(*count * sizeof(int))};
    ssize_t n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    *count = 0;
    struct cmsghdr *header = n < 0 ? NULL : CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_type == SCM_RIGHTS) {
        *count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(fds, CMSG_DATA(header), *count * sizeof(int));
    }
    return n < 0 ? -errno : n;
}

/* Only in a child: says what failed and ends it. */
static _Noreturn void give_up(int status_fd, const struct failure *failure)
{
    struct status status = {.kind = STATUS_FAILED, .failure = *failure};
    (void)send_with_fds(status_fd, &status, sizeof status, NULL, 0);
    _exit(127);
}

/* The clone is a child of the podshim, which hears of it before it can end. */
int run_CLONE(struct run *run, const struct op *op)
{
    struct clone_args args = {.flags = op->args[0].u | CLONE_PARENT};
    AUTO_CLOSE int cgroup = -1;
    if (op->args[1].s[0]) {
        cgroup = open(op->args[1].s, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (cgroup < 0)
            return -errno;
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (__u64)cgroup;
    }
    long child = sys_clone3(&args);
    if (child < 0)
        return -errno;
    if (child == 0)
        return 0;
    struct status status = {.kind = STATUS_CLONED, .pid = (pid_t)child};
    _exit(send_with_fds(run->status_fd, &status, sizeof status, NULL, 0) < 0 ? 1 : 0);
}

static _Noreturn void run_in_stub(const int stdio[3], int status_fd, struct cursor program,
                                  bool timed)
{
    static struct run run = {.times.kind = STATUS_TIMES};
    struct failure failure = {.step = UINT32_MAX, .code = OP_EXEC};
    for (int fd = 0; fd <= 2; fd++)
        if (dup2(stdio[fd], fd) < 0)
            failure.err = errno;
    umask(0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (failure.err == 0) {
        start_run(&run, status_fd);
        run.timed = timed;
        run_program(&run, program, &failure);
    }
    give_up(status_fd, &failure);
}

pid_t fork_stub(const int stdio[3], int status_fd, struct cursor program, bool timed)
{
    pid_t child = fork();
    if (child == 0)
        run_in_stub(stdio, status_fd, program, timed);
    return child < 0 ? -errno : child;
}
