/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of vendors that have a hand in a container's start. */
#include "run.h"
#include "sys.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

static uint64_t uptime_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Keeps the end of what it prints. */
static ssize_t keep_end(char text[FAILURE_TEXT_MAX], int output)
{
    char more[FAILURE_TEXT_MAX - 1];
    ssize_t n = read(output, more, sizeof more);
    if (n <= 0)
        return n;
    size_t kept = strlen(text);
    size_t over = kept + (size_t)n > sizeof more ? kept + (size_t)n - sizeof more : 0;
    memmove(text, text + over, kept - over);
    memcpy(text + kept - over, more, (size_t)n);
    text[kept - over + (size_t)n] = 0;
    return n;
}

/* Until it has ended and what it printed was read; others may hold its output open still. */
static int await_hook(struct run *run, int pidfd, int output, uint64_t patience)
{
    struct pollfd fds[2] = {{.fd = output, .events = POLLIN}, {.fd = pidfd, .events = POLLIN}};
    for (uint64_t end = uptime_ms() + patience, now; (now = uptime_ms()) < end;) {
        if (poll(fds, COUNT_OF(fds), (int)(end - now)) < 0)
            return -errno;
        if (fds[0].revents) {
            if (keep_end(run->text, output) <= 0)
                fds[0].fd = -1;
        } else if (fds[1].revents) {
            return 0;
        }
    }
    return -ETIMEDOUT;
}

static _Noreturn void become_hook(const struct op *op, int state, int output, int *err)
{
    char **argv = pointers(op->args[2].l);
    char **envp = pointers(op->args[3].l);
    *err = ENOMEM;
    if (argv && envp) {
        syscall(SYS_close_range, 3, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */);
        if (setsid() >= 0 && dup2(state, 0) == 0 && dup2(output, 1) == 1 && dup2(output, 2) == 2) {
            *err = 0;
            execve(op->args[1].s, argv, envp);
        }
        *err = errno;
    }
    _exit(127);
}

static int end_hook(struct run *run, pid_t hook, int r, const int *err)
{
    int status = 0;
    kill(-hook,
         SIGKILL); /* and what it leaves behind in its group, whose name it holds until here */
    if (r < 0)
        kill(hook, SIGKILL);
    if (waitpid(hook, &status, 0) < 0)
        return -errno;
    if (r < 0 || *err != 0)
        return r < 0 ? r : -*err;
    run->detail = status;
    return status == 0 ? 0 : -ECHILD;
}

int run_HOOK(struct run *run, const struct op *op)
{
    int output[2];
    AUTO_CLOSE int state = memfd_create("state", MFD_CLOEXEC);
    if (state < 0 || dprintf(state, "%s%d%s", op->args[4].s, getpid(), op->args[5].s) < 0 ||
        lseek(state, 0, SEEK_SET) < 0 || pipe2(output, O_CLOEXEC) < 0)
        return -errno;
    AUTO_CLOSE int ours = output[0];
    int *err = mmap(NULL, sizeof *err, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t hook = err == MAP_FAILED ? -1 : fork();
    if (hook == 0)
        become_hook(op, state, output[1], err);
    close(output[1]);
    if (hook < 0)
        return -errno;
    AUTO_CLOSE int pidfd = sys_pidfd_open(hook);
    int r = pidfd < 0 ? -errno : await_hook(run, pidfd, ours, op->args[6].u);
    r = end_hook(run, hook, r, err);
    munmap(err, sizeof *err);
    return r;
}
