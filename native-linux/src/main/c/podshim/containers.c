/* SPDX-License-Identifier: Apache-2.0 */
#include "pod.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
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
    return c && c->state == RUNNING && !c->launch.ended ? c->pidfd : -ESRCH;
}

static struct container *new_container(const char *id)
{
    for (size_t i = 0; i < CONTAINERS_MAX; i++) {
        struct container *c = &containers[i];
        if (c->state != FREE)
            continue;
        containers_used = i < containers_used ? containers_used : i + 1;
        *c = (struct container){.state = STARTING, .pidfd = -1};
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
    end_quiet(c);
    for (int s = 0; s < 2; s++)
        if (c->streams[s].fd >= 0)
            watch_source(&c->outputs[s], 0);
    close_log(&c->log, c->streams);
    close_fd(&c->pidfd);
    drop_source(&c->input);
    c->state = FREE;
}

/* Nothing is read until the disk and all clients have taken what was, and while a log ends. */
void watch_outputs(struct container *c)
{
    bool full = c->log.stalled || c->shown_size > 0 || c->quiet;
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
void drain_outputs(struct container *c)
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

static void start_timed(struct launch *launch, const struct times *times)
{
    const struct container *c = launch->owner;
    if (c->starter)
        answer_times(c->starter, times);
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

int start_container(struct connection *starter, const char *id, const char *log_path,
                    uint32_t flags, struct cursor program)
{
    struct container *c = find_container(id);
    if (c)
        return -EALREADY;
    c = new_container(id);
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
    c->launch.timed = start_timed;
    c->launch.done = start_done;
    c->launch.owner = c;
    r = launch_stub(&c->launch, theirs, program);
    close_all(theirs, 3);
    if (r < 0) {
        free_container(c);
        return r;
    }
    c->starter = starter;
    return 0;
}

/* Everything it printed is in the log and the record is on the disk before anybody hears of the
 * end. */
void container_ended(struct container *c)
{
    if (c->state != RUNNING || log_is_new(c))
        return; /* start_done and settle_logs come back to it */
    drain_outputs(c);
    end_quiet(c);
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
