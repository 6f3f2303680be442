/* SPDX-License-Identifier: Apache-2.0 */
#include "pod.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DRAIN_BYTES = 512 << 10 }; /* more than a pipe holds; no writer that goes on holds it up */

struct container containers[CONTAINERS_MAX];
size_t containers_used;
int exits_dir = -1;

struct container *find_container(const char *id)
{
    for (size_t i = 0; i < containers_used; i++)
        if (containers[i].state != FREE && strcmp(containers[i].id, id) == 0)
            return &containers[i];
    return NULL;
}

int container_pidfd(const char *id)
{
    const struct container *c = find_container(id);
    return c && c->state == RUNNING ? c->pidfd : -ESRCH;
}

static struct container *new_container(const char *id)
{
    for (size_t i = 0; i < CONTAINERS_MAX; i++) {
        struct container *c = &containers[i];
        if (c->state != FREE)
            continue;
        containers_used = i < containers_used ? containers_used : i + 1;
        *c = (struct container){.state = PREPARED, .pidfd = -1, .channel = -1};
        c->input = (struct source){.fd = -1, .ready = container_input_ready};
        c->log.fd = -1;
        for (int s = 0; s < 2; s++) {
            c->streams[s] = (struct log_stream){.fd = -1, .error = s == 1};
            c->outputs[s].fd = -1;
        }
        return copy_text(c->id, sizeof c->id, id) < 0 ? NULL : c;
    }
    return NULL;
}

static void free_container(struct container *c)
{
    detach_all(c);
    for (int s = 0; s < 2; s++)
        if (c->streams[s].fd >= 0)
            watch_source(&c->outputs[s], 0);
    close_log(&c->log, c->streams);
    close_fd(&c->pidfd);
    close_fd(&c->channel);
    drop_source(&c->input);
    c->state = FREE;
}

int prepare_container(const char *id, struct list attach)
{
    struct container *c = find_container(id);
    if (c)
        return c->state == PREPARED ? 0 : -EBUSY;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    c = new_container(id);
    pid_t stub = c ? fork_waiting_stub(ends[1], attach) : -ENOMEM;
    close(ends[1]);
    if (!c || stub < 0) {
        close(ends[0]);
        if (c)
            free_container(c);
        return (int)stub;
    }
    c->channel = ends[0];
    return 0;
}

/* Nothing is read until the disk and all clients have taken what was. */
void watch_outputs(struct container *c)
{
    bool full = c->log.stalled || c->shown_size > 0;
    for (int s = 0; s < 2; s++)
        if (c->streams[s].fd >= 0)
            watch_source(&c->outputs[s], full ? 0 : (uint32_t)EPOLLIN);
}

static ssize_t pump_output(struct container *c, int s)
{
    ssize_t n = pump_log(&c->log, &c->streams[s]);
    if (n > 0)
        show_output(c, s == 1, pumped, (size_t)n);
    return n;
}

static void output_ready(struct source *source, uint32_t events)
{
    struct container *c = source->owner;
    watch_source(source, 0); /* pumping may close it */
    pump_output(c, source == &c->outputs[1]);
    watch_outputs(c);
}

/* Logs what the pipes hold now. */
static void drain_outputs(struct container *c)
{
    for (int s = 0; s < 2; s++) {
        if (c->streams[s].fd >= 0)
            watch_source(&c->outputs[s], 0); /* pumping may close it */
        ssize_t n = 1;
        for (ssize_t all = 0; n > 0 && all < DRAIN_BYTES && !c->log.stalled; all += n)
            n = pump_output(c, s);
    }
    watch_outputs(c);
}

static void take_output(struct container *c, int s, int fd)
{
    if (c->streams[s].fd >= 0)
        drop_source(&c->outputs[s]);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    c->streams[s].fd = fd;
    c->outputs[s] = (struct source){.fd = fd, .ready = output_ready, .owner = c};
}

static void start_done(struct launch *launch)
{
    struct container *c = launch->owner;
    if (c->starter)
        answer_started(c->starter, launch);
    c->starter = NULL;
    if (launch->failed) {
        free_container(c);
        return;
    }
    c->state = RUNNING;
    if (!launch->ended)
        c->pidfd = sys_pidfd_open(launch->pid);
    if (launch->master >= 0) {
        take_output(c, 0, launch->master);
        drop_source(&c->input);
        c->input.fd = fcntl(launch->master, F_DUPFD_CLOEXEC, 3);
    }
    tell_watchers(c);
    watch_outputs(c);
    if (launch->ended)
        container_ended(c);
}

/* The pidfd of the container whose namespaces a program joins; negative if it joins none. */
static int pidfd_to_join(struct cursor program)
{
    struct op op;
    for (uint32_t count = get_u32(&program); count > 0 && next_op(&program, &op); count--)
        if (op.code == OP_SETNS_CONTAINER)
            return container_pidfd(op.args[0].s);
    return -ENOENT;
}

/* Hands the waiting stub what it waits for. */
static int wake_stub(int channel, const int theirs[3], struct cursor program)
{
    uint64_t size = (uint64_t)(program.end - program.at);
    AUTO_CLOSE int file = memfd_create("program", MFD_CLOEXEC);
    if (file < 0)
        return -errno;
    int r = write_all(file, program.at, size);
    int fds[] = {theirs[0], theirs[1], theirs[2], file, pidfd_to_join(program)};
    return r < 0 ? r : send_with_fds(channel, &size, sizeof size, fds, fds[4] < 0 ? 4 : 5);
}

static int launch_container(struct container *c, const int theirs[3], struct cursor program)
{
    if (c->channel >= 0) {
        int r = wake_stub(c->channel, theirs, program);
        if (r < 0)
            return r;
        begin_launch(&c->launch, c->channel);
        c->channel = -1;
        return 0;
    }
    return launch_stub(&c->launch, theirs, program);
}

int start_container(struct connection *starter, const char *id, const char *log_path,
                    uint32_t flags, struct cursor program)
{
    struct container *c = find_container(id);
    if (c && c->state != PREPARED)
        return -EALREADY;
    c = c ? c : new_container(id);
    if (!c)
        return -ENOMEM;
    int ours[3] = {-1, -1, -1};
    int theirs[3];
    int r = log_path[0] ? open_log(&c->log, log_path) : 0;
    if (r == 0)
        r = open_stdio(flags, ours, theirs);
    if (r < 0) {
        free_container(c);
        return r;
    }
    c->flags = flags;
    c->input.fd = ours[0];
    for (int s = 0; s < 2; s++)
        if (ours[s + 1] >= 0)
            take_output(c, s, ours[s + 1]);
    c->launch.done = start_done;
    c->launch.owner = c;
    r = launch_container(c, theirs, program);
    close_all(theirs, 3);
    if (r < 0) {
        free_container(c);
        return r;
    }
    c->state = STARTING;
    c->starter = starter;
    return 0;
}

/* Everything it printed is in the log and the record is on the disk before anybody hears of the
 * end. */
void container_ended(struct container *c)
{
    if (c->state != RUNNING)
        return; /* start_done comes back to it */
    drain_outputs(c);
    (void)write_exit_record(exits_dir, c->id, c->launch.wait_status, c->launch.times);
    close_fd(&c->pidfd);
    c->pidfd = -1;
    drop_source(&c->input);
    c->state = EXITED;
    tell_watchers(c);
    show_end(c);
}

int signal_container(const char *id, int signal)
{
    const struct container *c = find_container(id);
    if (!c || c->state != RUNNING)
        return -ESRCH;
    return errno_of(sys_pidfd_send_signal(c->pidfd, signal));
}

int reopen_container_log(const char *id, const char *path)
{
    struct container *c = find_container(id);
    if (!c || c->state == PREPARED)
        return -ESRCH;
    drain_outputs(c); /* printed before this request, so it belongs to the old file */
    int r = open_log(&c->log, path);
    watch_outputs(c);
    return r;
}

int forget_container(const char *id)
{
    struct container *c = find_container(id);
    if (c && (c->state == STARTING || c->state == RUNNING))
        return -EBUSY;
    if (c)
        free_container(c);
    if (unlinkat(exits_dir, id, 0) < 0 && errno != ENOENT)
        return -errno;
    return 0;
}

void retry_stalled_logs(void)
{
    for (size_t i = 0; i < containers_used; i++) {
        struct container *c = &containers[i];
        if (c->state != FREE && c->log.stalled && retry_log(&c->log))
            watch_outputs(c);
    }
}

void kill_containers(void)
{
    for (size_t i = 0; i < containers_used; i++)
        if (containers[i].state == RUNNING)
            (void)sys_pidfd_send_signal(containers[i].pidfd, SIGKILL);
}
