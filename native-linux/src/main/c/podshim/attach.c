/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ATTACH conversations: clients see what a container prints from now on and write to its standard
 * input. What they have yet to be sent is kept once for all of them, as frames; while anything is,
 * the container's outputs are not read. Who does not catch up in time is cut off.
 */
#include "connection.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SHOWN_ROOM = 1536 << 10 }; /* what two full pipes may hold when a container ends */

bool is_behind(const struct connection *a)
{
    return a->attached && a->shown_at < a->attached->shown_size;
}

bool clients_behind(void)
{
    for (size_t i = 0; i < containers_used; i++)
        if (containers[i].state != FREE && containers[i].shown_size > 0)
            return true;
    return false;
}

/* After clients were served or have left: forgets what all have, and lets the container go on. */
static void settle(struct container *c)
{
    bool any = false;
    bool waits = false;
    for (size_t i = 0; i < connections_used; i++) {
        any |= connections[i].attached == c;
        waits |= connections[i].attached == c && is_behind(&connections[i]);
    }
    for (size_t i = 0; i < connections_used && !waits; i++)
        if (connections[i].attached == c)
            connections[i].shown_at = 0;
    if (!waits)
        c->shown_size = 0;
    if (!any && c->shown) {
        munmap(c->shown, SHOWN_ROOM);
        c->shown = NULL;
    }
    watch_outputs(c);
}

/* Its standard input ends with that of the first client that had it, if it was made so. */
static void end_input(struct container *c)
{
    if (!(c->flags & STDIO_STDIN_ONCE) || c->flags & STDIO_TTY)
        return;
    drop_source(&c->input);
    container_input_ready(&c->input, 0);
}

void detach(struct connection *a)
{
    struct container *c = a->attached;
    bool fed = a->feeds != NULL;
    a->attached = NULL;
    a->feeds = NULL;
    if (fed)
        end_input(c);
    settle(c);
}

/* The last frame of a client, after the one that it is in the middle of. */
static void leave(struct connection *a, struct frame *last)
{
    const unsigned char *shown = a->attached->shown;
    size_t from = a->shown_at;
    size_t end = 0;
    for (struct header h; end < from; end += HEADER_SIZE + h.length)
        (void)read_header(shown + end, &h);
    a->state = CLOSES;
    bool sent = send_bytes(a, shown + from, end - from);
    detach(a);
    if (sent)
        conclude(a, last);
    else
        free_connection(a);
}

static void cut(struct connection *a, int err, const char *why)
{
    struct frame f = new_frame(ANS_ERROR);
    put_u32(&f, (uint32_t)err);
    put_str(&f, why);
    leave(a, &f);
}

/* Each RETRY_MS. Who is behind for its whole patience would slow the container for ever, however
 * little it reads now and then. */
void cut_clients_behind(void)
{
    for (size_t i = 0; i < connections_used; i++) {
        struct connection *a = &connections[i];
        if (a->attached && is_behind(a) && (a->behind_ms += RETRY_MS) > a->patience_ms)
            cut(a, ETIMEDOUT, "the client does not read as fast as the container prints");
    }
}

static bool send_shown(struct connection *a)
{
    const struct container *c = a->attached;
    ssize_t n = send(a->io.fd, c->shown + a->shown_at, c->shown_size - a->shown_at,
                     MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) {
        a->shown_at += (size_t)n;
        if (c->state == EXITED) /* nobody is slowed any more */
            a->behind_ms = 0;
    }
    return n >= 0 || errno == EAGAIN || errno == EINTR;
}

/* Sends what it can; whoever has read all that an ended container printed is done. */
static void serve(struct connection *a)
{
    bool sent = !is_behind(a) || send_shown(a);
    if (!sent || (a->attached->state == EXITED && !is_behind(a)))
        free_connection(a);
    else
        watch_connection(a);
}

void serve_client(struct connection *a)
{
    struct container *c = a->attached;
    serve(a);
    settle(c);
}

static void serve_all(struct container *c)
{
    for (size_t i = 0; i < connections_used; i++)
        if (connections[i].attached == c)
            serve(&connections[i]);
    settle(c);
}

/* Adds a frame to what all are sent; there is room, or those who are in its way are cut off. */
static struct frame begin_shown(struct container *c, enum frame_type type, size_t size)
{
    bool fits = HEADER_SIZE + size <= SHOWN_ROOM - c->shown_size;
    for (size_t i = 0; i < connections_used; i++) {
        struct connection *a = &connections[i];
        if (a->attached == c && !is_behind(a))
            a->behind_ms = 0;
        else if (a->attached == c && !fits)
            cut(a, ENOBUFS, "the client has read too little of what the container printed");
    }
    struct frame f = {.data = c->shown, .size = c->shown_size, .room = SHOWN_ROOM};
    if (c->shown)
        begin_frame(&f, type);
    return f;
}

static void end_shown(struct container *c, struct frame *f)
{
    if (!c->shown)
        return; /* nobody is left */
    end_frame(f, c->shown_size);
    c->shown_size = f->size;
}

void show_output(struct container *c, bool error, const char *data, size_t size)
{
    if (c->state != RUNNING) /* what a child prints after the end is not the container's */
        return;
    for (size_t at = 0; c->shown && at < size; at += CHUNK) {
        size_t n = size - at < CHUNK ? size - at : CHUNK;
        struct frame f = begin_shown(c, error ? DATA_STDERR : DATA_STDOUT, n);
        if (c->shown)
            memcpy(f.data + f.size, data + at, n);
        f.size += n;
        end_shown(c, &f);
    }
    if (c->shown)
        serve_all(c);
}

void show_end(struct container *c)
{
    if (!c->shown)
        return;
    struct frame f = begin_shown(c, ANS_EXITED, 12);
    put_u32(&f, (uint32_t)c->launch.wait_status);
    put_u64(&f, c->launch.times[1]);
    end_shown(c, &f);
    serve_all(c);
}

void detach_all(const struct container *c)
{
    for (size_t i = 0; i < connections_used; i++)
        if (connections[i].attached == c)
            cut(&connections[i], ESRCH, "the container was removed");
}

/* The input takes more: whoever waited for it goes on. */
void container_input_ready(struct source *source, uint32_t events)
{
    watch_source(source, 0);
    for (size_t i = 0; i < connections_used; i++)
        if (connections[i].feeds == source && connections[i].payload)
            feed_input(&connections[i]);
}

int begin_attach(struct connection *a, const char *id, uint32_t flags, uint32_t patience_ms)
{
    struct container *c = find_container(id);
    if (!c || c->state != RUNNING)
        return -ESRCH;
    if (!c->shown) {
        void *room = mmap(NULL, SHOWN_ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                          0); /* only what is used of it costs */
        if (room == MAP_FAILED)
            return -ENOMEM;
        c->shown = room;
    }
    free_payload(a);
    a->state = ATTACHED;
    a->attached = c;
    a->shown_at = c->shown_size;
    a->patience_ms = patience_ms;
    a->feeds = flags & STDIO_STDIN ? &c->input : NULL;
    struct frame f = new_frame(ANS_ATTACHED);
    if (send_frame(a, &f))
        watch_connection(a);
    else
        free_connection(a);
    return 0;
}

/* A frame of an attached client. */
void handle_attach_frame(struct connection *a)
{
    struct container *c = a->attached;
    if (a->header.type == DATA_STDIN) {
        feed_input(a);
        if (c->input.fd < 0) /* nobody reads it any more: no other client has to wait either */
            container_input_ready(&c->input, 0);
        return;
    }
    if (a->header.type == DATA_STDIN_END && a->header.length == 0) {
        if (a->feeds)
            end_input(c);
        if (a->feeds && c->input.fd >= 0) { /* it stays open for others: this client is done */
            struct frame f = new_frame(ANS_DETACHED);
            leave(a, &f);
            return;
        }
    } else if (!resize_terminal(a, c->launch.master < 0 ? -1 : c->streams[0].fd)) {
        free_connection(a);
        return;
    }
    free_payload(a);
    watch_connection(a);
}
