/* SPDX-License-Identifier: Apache-2.0 */
/* Conversations with the daemon. None can make the podshim wait, or grow beyond its bounds. */
#include "connection.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection connections[CONNECTIONS_MAX];
size_t connections_used;
static size_t payloads;
static struct source *paused_listener;
static unsigned char frame_room[HEADER_SIZE + CHUNK];

void free_payload(struct connection *c)
{
    if (c->payload) {
        munmap(c->payload, c->header.length);
        payloads -= c->header.length;
    }
    c->payload = NULL;
    c->have = c->payload_at = 0;
}

void free_connection(struct connection *c)
{
    if (c->reopens) { /* it left, and the old file was renamed all the same */
        reopen_log_now(c);
        return;
    }
    drop_source(&c->io);
    for (size_t i = 0; i < containers_used; i++)
        if (containers[i].starter == c)
            containers[i].starter = NULL;
    for (int s = 0; s < 2; s++)
        drop_source(&c->outputs[s]);
    drop_source(&c->input);
    if (c->state == EXECUTES)
        kill_exec(c);
    if (c->attached)
        detach(c);
    if (c->exec.status.fd >= 0) { /* still being made: killed as soon as it has a name */
        c->lost = true;
        return;
    }
    free_payload(c);
    if (c->out)
        munmap(c->out, OUT_ROOM);
    *c = (struct connection){0};
    if (paused_listener)
        watch_source(paused_listener, EPOLLIN);
    paused_listener = NULL;
}

bool owes(const struct connection *c)
{
    return c->out_at < c->out_end;
}

/* Reads the client while nothing waits for it or for its process. */
void watch_connection(struct connection *c)
{
    bool made = c->state != EXECUTES || c->exec.status.fd < 0;
    bool reads = !c->payload || c->have < HEADER_SIZE + (size_t)c->header.length;
    uint32_t events = EPOLLRDHUP;
    if (c->state != CLOSES && made && reads)
        events |= EPOLLIN;
    if (owes(c) || is_behind(c))
        events |= EPOLLOUT;
    watch_source(&c->io, events);
    for (int s = 0; s < 2; s++)
        watch_source(&c->outputs[s], owes(c) || !made ? 0 : (uint32_t)EPOLLIN);
}

/* Sends what it can and keeps the rest; false if the client owes too much or is gone. */
bool send_bytes(struct connection *c, const unsigned char *data, size_t size)
{
    ssize_t n = owes(c) ? 0 : send(c->io.fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
        return false;
    size_t sent = n > 0 ? (size_t)n : 0;
    if (sent == size)
        return true;
    if (!c->out) {
        c->out = mmap(NULL, OUT_ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (c->out == MAP_FAILED) {
            c->out = NULL;
            return false;
        }
        c->out_at = c->out_end = 0;
    }
    if (size - sent > OUT_ROOM - c->out_end)
        return false;
    memcpy(c->out + c->out_end, data + sent, size - sent);
    c->out_end += size - sent;
    watch_connection(c);
    return true;
}

bool send_frame(struct connection *c, struct frame *f)
{
    end_frame(f, 0);
    return send_bytes(c, f->data, f->size);
}

struct frame new_frame(enum frame_type type)
{
    struct frame f = {.data = frame_room, .room = sizeof frame_room};
    begin_frame(&f, type);
    return f;
}

/* The last frame of a conversation. */
void conclude(struct connection *c, struct frame *f)
{
    bool sent = send_frame(c, f);
    if (!sent || !owes(c)) {
        free_connection(c);
        return;
    }
    c->state = CLOSES;
    watch_connection(c);
}

void refuse(struct connection *c, const char *what)
{
    struct frame f = new_frame(ANS_REFUSED);
    put_str(&f, what);
    conclude(c, &f);
}

void answer(struct connection *c, int r, const char *what)
{
    struct frame f = new_frame(r < 0 ? ANS_ERROR : ANS_OK);
    if (r < 0) {
        put_u32(&f, (uint32_t)-r);
        put_str(&f, r == -ESRCH   ? "no such running container"
                    : r == -EBUSY ? "it is running"
                                  : what);
    }
    conclude(c, &f);
}

static void put_failure(struct frame *f, const struct failure *failure)
{
    put_u32(f, failure->step);
    put_u16(f, failure->code);
    put_u16(f, failure->detail);
    put_u32(f, (uint32_t)failure->err);
    put_str(f, failure->text);
}

struct frame launch_frame(const struct launch *launch)
{
    struct frame f = new_frame(launch->failed ? ANS_FAILED : ANS_STARTED);
    if (launch->failed) {
        put_failure(&f, &launch->failure);
    } else {
        put_u32(&f, (uint32_t)launch->pid);
        put_u64(&f, launch->times[0]);
    }
    return f;
}

/* Before the answer; a client that asked for none gets none. */
void answer_times(struct connection *c, const struct times *times)
{
    if (c->header.type != REQ_START_TIMED)
        return;
    struct frame f = new_frame(ANS_TIMES);
    put_u32(&f, times->count);
    for (uint32_t i = 0; i < times->count; i++)
        put_u64(&f, times->took[i] * 10ULL);
    if (!send_frame(c, &f))
        free_connection(c);
}

void answer_started(struct connection *c, const struct launch *launch)
{
    struct frame f = launch_frame(launch);
    conclude(c, &f);
}

bool launches_pending(void)
{
    for (size_t i = 0; i < containers_used; i++)
        if (containers[i].state == STARTING)
            return true;
    for (size_t i = 0; i < connections_used; i++)
        if (connections[i].state == EXECUTES && connections[i].exec.status.fd >= 0)
            return true;
    return false;
}

struct cursor payload_of(const struct connection *c)
{
    const unsigned char *at = c->payload ? c->payload : c->head;
    return (struct cursor){.at = at, .end = at + c->header.length};
}

/* Reads on; 1 once a frame is whole, 0 if there is more to come, -1 if the client is gone or wrong.
 */
static int read_frame(struct connection *c)
{
    bool head = c->have < HEADER_SIZE;
    unsigned char *to = head ? c->head + c->have : c->payload + (c->have - HEADER_SIZE);
    size_t wanted = (head ? HEADER_SIZE : HEADER_SIZE + (size_t)c->header.length) - c->have;
    ssize_t n = wanted == 0 ? 0 : read(c->io.fd, to, wanted);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (n <= 0 && wanted > 0)
        return -1;
    c->have += (size_t)n;
    if (head && c->have == HEADER_SIZE) {
        if (read_header(c->head, &c->header) < 0 || payloads + c->header.length > PAYLOADS_MAX)
            return -1;
        if (c->header.length == 0)
            return 1;
        c->payload = mmap(NULL, c->header.length, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (c->payload == MAP_FAILED) {
            c->payload = NULL;
            return -1;
        }
        payloads += c->header.length;
        return read_frame(c);
    }
    return c->have == HEADER_SIZE + (size_t)c->header.length ? 1 : 0;
}

static void connection_ready(struct source *source, uint32_t events)
{
    struct connection *c = source->owner;
    if (events & EPOLLOUT && is_behind(c)) {
        serve_client(c);
        return;
    }
    if (events & EPOLLOUT && owes(c)) {
        ssize_t n = send(source->fd, c->out + c->out_at, c->out_end - c->out_at,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        c->out_at += n > 0 ? (size_t)n : 0;
        if (!owes(c)) {
            munmap(c->out, OUT_ROOM);
            c->out = NULL;
            c->out_at = c->out_end = 0;
            watch_connection(c);
            if (c->state == CLOSES)
                free_connection(c);
            else if (c->state == EXECUTES)
                conclude_exec(c);
            return;
        }
    }
    if (!(events & EPOLLIN)) {
        if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
            free_connection(c);
        return;
    }
    int r = read_frame(c);
    if (r > 0 && c->state == READING)
        handle_request(c);
    else if (r > 0 && c->state == EXECUTES && c->exec.status.fd < 0)
        handle_exec_frame(c);
    else if (r > 0 && c->state == ATTACHED)
        handle_attach_frame(c);
    else if (r < 0 && c->state == READING && c->have == HEADER_SIZE)
        refuse(c,
               "the frame is too long, of another version, or comes when too many others are read");
    else if (r != 0)
        free_connection(c);
}

static struct connection *free_place(void)
{
    struct connection *oldest = NULL;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *c = &connections[i];
        if (c->state == UNUSED) {
            connections_used = i < connections_used ? connections_used : i + 1;
            return c;
        }
        if (c->state == READING && (!oldest || c->since < oldest->since))
            oldest = c;
    }
    if (oldest)
        free_connection(oldest); /* it has not even asked yet */
    return oldest;
}

void accept_connection(struct source *listener, uint32_t events)
{
    struct connection *c = free_place();
    if (!c) {
        watch_source(listener, 0); /* until one of them ends */
        paused_listener = listener;
        return;
    }
    int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    *c = (struct connection){.state = READING, .since = now_ns()};
    c->io = (struct source){.fd = fd, .ready = connection_ready, .owner = c};
    c->outputs[0].fd = c->outputs[1].fd = c->input.fd = c->exec.status.fd = c->exec.master = -1;
    watch_connection(c);
    connection_ready(&c->io, EPOLLIN); /* the request is usually there already */
}
