/* SPDX-License-Identifier: Apache-2.0 */
/* EXEC conversations: the connection carries the process's standard streams and is its lease. */
#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    TERMINAL_REST = 64 << 10, /* what a terminal may still hold when its process has ended */
    END_OF_TRANSMISSION = 4
};

void kill_exec(const struct connection *c)
{
    if (c->exec.pid > 0 && !c->exec.ended) {
        kill(-c->exec.pid, SIGKILL); /* the session that it leads, if it made one */
        kill(c->exec.pid, SIGKILL);
    }
}

static void tell_exit(struct connection *c)
{
    bool rest = c->left[0] > 0 || c->left[1] > 0;
    if (!c->exec.ended || c->exec.status.fd >= 0 || rest || owes(c))
        return;
    struct frame f = new_frame(ANS_EXITED);
    put_u32(&f, (uint32_t)c->exec.wait_status);
    put_u64(&f, c->exec.times[1]);
    conclude(c, &f);
}

static void exec_output(struct source *source, uint32_t events)
{
    struct connection *c = source->owner;
    int s = source == &c->outputs[1];
    size_t wanted = c->exec.ended && c->left[s] < CHUNK ? c->left[s] : CHUNK;
    struct frame f = new_frame(s ? DATA_STDERR : DATA_STDOUT);
    ssize_t n = read(source->fd, f.data + f.size, wanted);
    if (n < 0 && errno == EINTR)
        return;
    if (n <= 0) {
        if (n < 0 && errno == EAGAIN && !c->exec.ended)
            return;
        drop_source(source);
        c->left[s] = 0;
    } else {
        f.size += (size_t)n;
        if (!send_frame(c, &f)) {
            free_connection(c);
            return;
        }
        c->left[s] -= c->exec.ended ? (size_t)n : 0;
        if (c->exec.ended && c->left[s] == 0)
            drop_source(source);
    }
    tell_exit(c);
}

/* A terminal may hold less than it is asked for, and then nothing would make epoll name it again.
 */
void conclude_exec(struct connection *c)
{
    for (int s = 0; s < 2; s++)
        while (c->state == EXECUTES && c->left[s] > 0 && !owes(c))
            exec_output(&c->outputs[s], EPOLLIN);
    if (c->state == EXECUTES)
        tell_exit(c);
}

/* What its pipes hold now is still sent, even if a child of it goes on writing. */
static void exec_is_over(struct connection *c)
{
    for (int s = 0; s < 2; s++) {
        int held = 0;
        if (c->outputs[s].fd >= 0 && c->exec.master >= 0)
            held = TERMINAL_REST;
        else if (c->outputs[s].fd >= 0 && ioctl(c->outputs[s].fd, FIONREAD, &held) < 0)
            held = 0;
        c->left[s] = (size_t)held;
        if (held == 0)
            drop_source(&c->outputs[s]);
    }
    conclude_exec(c);
}

bool exec_ended(pid_t pid, int status, uint64_t time)
{
    for (size_t i = 0; i < connections_used; i++) {
        struct connection *c = &connections[i];
        if (c->state != EXECUTES || c->exec.pid != pid || c->exec.ended)
            continue;
        c->exec.ended = true;
        c->exec.wait_status = status;
        c->exec.times[1] = time;
        if (c->exec.status.fd < 0)
            exec_is_over(c);
        return true;
    }
    return false;
}

void kill_execs(void)
{
    for (size_t i = 0; i < connections_used; i++)
        if (connections[i].state == EXECUTES)
            kill_exec(&connections[i]);
}

void feed_input(struct connection *c)
{
    size_t size = c->header.length;
    struct source *to = c->feeds;
    while (to && to->fd >= 0 && c->payload_at < size) {
        ssize_t n = write(to->fd, c->payload + c->payload_at, size - c->payload_at);
        if (n < 0 && errno == EAGAIN) {
            watch_source(to, EPOLLOUT);
            watch_connection(c);
            return;
        }
        if (n < 0 && errno != EINTR)
            drop_source(to); /* it reads no more: the rest is for nobody */
        c->payload_at += n > 0 ? (size_t)n : 0;
    }
    free_payload(c);
    watch_connection(c);
}

static void input_ready(struct source *source, uint32_t events)
{
    watch_source(source, 0);
    feed_input(source->owner);
}

bool resize_terminal(const struct connection *c, int terminal)
{
    struct cursor in = payload_of(c);
    struct winsize size = {.ws_row = (unsigned short)get_u32(&in)};
    size.ws_col = (unsigned short)get_u32(&in);
    if (c->header.type != DATA_RESIZE || !at_end(&in))
        return false;
    if (terminal >= 0)
        ioctl(terminal, TIOCSWINSZ, &size);
    return true;
}

static void exec_done(struct launch *launch)
{
    struct connection *c = launch->owner;
    struct frame f = launch_frame(launch);
    if (launch->failed && !c->lost) {
        conclude(c, &f);
        return;
    }
    if (launch->master >= 0) {
        fcntl(launch->master, F_SETFL, O_NONBLOCK);
        drop_source(&c->outputs[0]);
        drop_source(&c->input);
        c->outputs[0].fd = launch->master;
        c->input.fd = fcntl(launch->master, F_DUPFD_CLOEXEC, 3);
    }
    if (c->lost || !send_frame(c, &f)) {
        free_connection(c);
        return;
    }
    watch_connection(c);
    if (launch->ended)
        exec_is_over(c);
}

int begin_exec(struct connection *c, uint32_t flags, struct cursor program)
{
    int ours[3];
    int theirs[3];
    int r = open_stdio(flags, ours, theirs);
    if (r < 0)
        return r;
    r = launch_stub(&c->exec, theirs, program);
    close_all(theirs, 3);
    if (r < 0) {
        close_all(ours, 3);
        return r;
    }
    c->state = EXECUTES;
    c->input = (struct source){.fd = ours[0], .ready = input_ready, .owner = c};
    for (int s = 0; s < 2; s++)
        c->outputs[s] = (struct source){.fd = ours[s + 1], .ready = exec_output, .owner = c};
    c->feeds = &c->input;
    c->exec.done = exec_done;
    c->exec.owner = c;
    return 0;
}

/* A frame of a client whose exec'd process runs. */
void handle_exec_frame(struct connection *c)
{
    struct cursor in = payload_of(c);
    uint32_t signal = c->header.type == DATA_SIGNAL ? get_u32(&in) : 0;
    const unsigned char end = END_OF_TRANSMISSION;
    if (c->header.type == DATA_STDIN) {
        feed_input(c);
        return;
    }
    if (c->header.type == DATA_STDIN_END && c->header.length == 0) {
        if (c->exec.master < 0)
            drop_source(&c->input);
        else if (c->input.fd >= 0)
            (void)!write(c->input.fd, &end, 1);
    } else if (c->header.type == DATA_SIGNAL && at_end(&in) && signal <= 64) {
        if (!c->exec.ended) /* then the number may be another's */
            kill(-c->exec.pid, (int)signal);
    } else if (!resize_terminal(c, c->exec.master < 0 ? -1 : c->input.fd)) {
        free_connection(c); /* the lease of what does not keep to the protocol ends */
        return;
    }
    free_payload(c);
    watch_connection(c);
}
