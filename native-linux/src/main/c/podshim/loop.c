/* SPDX-License-Identifier: Apache-2.0 */
/* The loop: waits, reaps, and leads launches to their end. It may not die. */
#include "pod.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { END_MS = 2000, PIPE_BYTES = 256 << 10, STRAYS = 512 };

static int epoll_fd = -1;
static bool ending;

/* Ends of processes that no launch has named yet: a clone may end before its stub says its pid. */
static struct {
    pid_t pid;
    int status;
    uint64_t time;
} strays[STRAYS];
static size_t next_stray; /* counts on; its place is the remainder */

void watch_source(struct source *source, uint32_t events)
{
    if (events == source->events || source->fd < 0)
        return;
    struct epoll_event event = {.events = events, .data.ptr = source};
    int how = events == 0 ? EPOLL_CTL_DEL : source->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    epoll_ctl(epoll_fd, how, source->fd, &event);
    source->events = events;
}

void drop_source(struct source *source)
{
    watch_source(source, 0);
    close_fd(&source->fd);
    source->fd = -1;
}

void close_all(int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        close_fd(&fds[i]);
        fds[i] = -1;
    }
}

/* [0] is the process's input, [1] and [2] its outputs; ours is -1 where there is no pipe. */
int open_stdio(uint32_t flags, int ours[3], int theirs[3])
{
    for (int i = 0; i < 3; i++)
        ours[i] = theirs[i] = -1;
    for (int i = 0; i < 3; i++) {
        int ends[2];
        bool piped = !(flags & STDIO_TTY) && (i > 0 || flags & STDIO_STDIN);
        if (!piped) {
            theirs[i] = open("/dev/null", O_RDWR | O_CLOEXEC);
        } else if (pipe2(ends, O_CLOEXEC) == 0) {
            ours[i] = ends[i == 0];
            theirs[i] = ends[i != 0];
            fcntl(ours[i], F_SETFL, O_NONBLOCK);
            fcntl(ours[i], F_SETPIPE_SZ,
                  PIPE_BYTES); /* refused above the user's limit: a smaller one will do */
        }
        if (theirs[i] < 0) {
            int r = -errno;
            close_all(ours, 3);
            close_all(theirs, 3);
            return r;
        }
    }
    return 0;
}

static void name_launch(struct launch *launch, pid_t pid)
{
    launch->pid = pid;
    for (size_t i = 0; i < STRAYS && i < next_stray; i++) {
        if (strays[i].pid == pid) {
            launch->ended = true;
            launch->wait_status = strays[i].status;
            launch->times[1] = strays[i].time;
            strays[i].pid = 0;
        }
    }
}

/* The stub and its clone speak until the clone has become the process. */
static void launch_ready(struct source *source, uint32_t events)
{
    struct launch *launch = source->owner;
    static union {
        enum status_kind kind;
        struct status status;
        struct times times;
    } told;
    int fd = -1;
    size_t fds = 1;
    ssize_t n = receive_with_fds(source->fd, &told, sizeof told, &fd, &fds);
    if (n == -EAGAIN || n == -EINTR)
        return;
    bool whole = n == sizeof told.status;
    if (n > 0 && told.kind == STATUS_TIMES) {
        if (launch->timed)
            launch->timed(launch, &told.times);
    } else if (whole && told.kind == STATUS_CLONED) {
        name_launch(launch, told.status.pid);
    } else if (whole && told.kind == STATUS_TTY && fds == 1) {
        launch->master = fd;
    } else if (whole && told.kind == STATUS_FAILED) {
        launch->failed = true;
        launch->failure = told.status.failure;
    } else { /* the end */
        drop_source(source);
        launch->times[0] = launch->ended ? launch->times[1] : now_ns();
        if (!launch->failed && launch->pid == 0) {
            launch->failed = true;
            launch->failure = (struct failure){.step = UINT32_MAX, .code = OP_CLONE, .err = ECHILD};
        }
        if (launch->failed)
            close_all(&launch->master, 1);
        launch->done(launch);
    }
}

int launch_stub(struct launch *launch, const int theirs[3], struct cursor program)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    pid_t stub = fork_stub(theirs, ends[1], program, launch->timed != NULL);
    close(ends[1]);
    if (stub < 0) {
        close(ends[0]);
        return stub;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    launch->status = (struct source){.fd = ends[0], .ready = launch_ready, .owner = launch};
    launch->pid = 0;
    launch->master = -1;
    launch->failed = launch->ended = false;
    watch_source(&launch->status, EPOLLIN);
    return 0;
}

static bool container_reaped(pid_t pid, int status, uint64_t time)
{
    for (size_t i = 0; i < containers_used; i++) {
        struct container *c = &containers[i];
        if ((c->state == STARTING || c->state == RUNNING) && c->launch.pid == pid &&
            !c->launch.ended) {
            c->launch.ended = true;
            c->launch.wait_status = status;
            c->launch.times[1] = time;
            container_ended(c);
            return true;
        }
    }
    return false;
}

static void reap(void)
{
    int status;
    if (!launches_pending())
        next_stray = 0;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0;) {
        uint64_t time = now_ns();
        if (container_reaped(pid, status, time) || exec_ended(pid, status, time))
            continue;
        strays[next_stray % STRAYS].pid = pid;
        strays[next_stray % STRAYS].status = status;
        strays[next_stray++ % STRAYS].time = time;
    }
}

static void signal_ready(struct source *source, uint32_t events)
{
    struct signalfd_siginfo information;
    while (read(source->fd, &information, sizeof information) > 0)
        ;
    reap();
}

void pod_ends(void)
{
    ending = true;
}

/* Stubs, clones, the reaper, and whatever a killed process leaves to its subreaper. */
static void kill_children(void)
{
    char path[64];
    char text[4096] = "";
    (void)snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    char *next;
    for (char *at = text; n > 0; at = next) {
        long pid = strtol(at, &next, 10);
        if (next == at || *next == 0) /* the end, or a number that may be cut */
            break;
        kill((pid_t)pid, SIGKILL);
    }
}

/* Everything that this process started is killed and given a moment to be gone. */
static _Noreturn void end_pod(const char *run_dir, int signals)
{
    uint64_t deadline = now_ns() + END_MS * 1000000ULL;
    kill_containers(); /* those that are known, for a kernel that does not list children */
    kill_execs();
    if (pod_namespaces.reaper > 0)
        kill(pod_namespaces.reaper, SIGKILL);
    while (now_ns() < deadline) {
        kill_children();
        pid_t pid = waitpid(-1, NULL, WNOHANG | __WALL);
        if (pid < 0)
            break;
        struct pollfd wait = {.fd = signals, .events = POLLIN};
        struct signalfd_siginfo information;
        if (pid == 0 && poll(&wait, 1, RETRY_MS) > 0)
            (void)!read(signals, &information, sizeof information);
    }
    char path[4096];
    if (join_path(path, sizeof path, run_dir, "shim.sock") == 0)
        unlink(path);
    _exit(0);
}

_Noreturn void supervise(int listener, const char *run_dir)
{
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct source signals = {.fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK),
                             .ready = signal_ready};
    struct source accepts = {.fd = listener, .ready = accept_connection};
    watch_source(&signals, EPOLLIN);
    watch_source(&accepts, EPOLLIN);
    uint64_t retried = 0;
    while (!ending) {
        /* One at a time: what one handler frees, no later event of the same batch can name. */
        struct epoll_event event;
        bool waits = stalled_logs > 0 || clients_behind();
        bool settles = logs_settle();
        int n = epoll_wait(epoll_fd, &event, 1, settles ? SETTLE_MS : waits ? RETRY_MS : -1);
        if (n == 1) {
            struct source *source = event.data.ptr;
            source->ready(source, event.events);
        }
        if (settles)
            settle_logs();
        if (waits && now_ns() - retried > RETRY_MS * 1000000ULL) {
            retry_stalled_logs();
            cut_clients_behind();
            retried = now_ns();
        }
    }
    end_pod(run_dir, signals.fd);
}
