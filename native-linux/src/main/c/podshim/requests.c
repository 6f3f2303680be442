/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemon asks of a pod: docs/wire.md, section 3. */
#include "connection.h"

#include <errno.h>
#include <unistd.h>

static void put_container(struct frame *f, const struct container *c)
{
    put_str(f, c->id);
    put_u32(f, c->state == EXITED ? 2 : c->state == RUNNING ? 1 : 0);
    put_u32(f, (uint32_t)c->launch.pid);
    put_u64(f, c->launch.times[0]);
    put_u32(f, c->state == EXITED ? (uint32_t)c->launch.wait_status : 0);
    put_u64(f, c->state == EXITED ? c->launch.times[1] : 0);
}

static bool send_container(struct connection *to, const struct container *c)
{
    struct frame f = new_frame(ANS_CONTAINER_STATE);
    put_container(&f, c);
    return send_frame(to, &f);
}

void tell_watchers(const struct container *container)
{
    for (size_t i = 0; i < connections_used; i++)
        if (connections[i].state == WATCHES && !send_container(&connections[i], container))
            free_connection(&connections[i]);
}

static void begin_watch(struct connection *c)
{
    c->state = WATCHES;
    bool sent = true;
    for (size_t i = 0; i < containers_used && sent; i++)
        if (containers[i].state != FREE)
            sent = send_container(c, &containers[i]);
    struct frame f = new_frame(ANS_WATCHING);
    if (!sent || !send_frame(c, &f))
        free_connection(c);
    else
        watch_connection(c);
}

static void answer_pod_state(struct connection *c)
{
    struct frame f = new_frame(ANS_POD_STATE);
    uint32_t count = 0;
    for (size_t i = 0; i < containers_used; i++)
        count += containers[i].state != FREE;
    put_u32(&f, (uint32_t)getpid());
    put_u32(&f, WIRE_VERSION);
    put_u32(&f, count);
    for (size_t i = 0; i < containers_used; i++)
        if (containers[i].state != FREE)
            put_container(&f, &containers[i]);
    conclude(c, &f);
}

static void request_exec(struct connection *c, struct cursor in)
{
    const char *id = get_str(&in);
    uint32_t flags = get_u32(&in);
    get_u32(&in); /* rows and columns: the program's TTY operation has them */
    get_u32(&in);
    struct cursor program = in;
    const char *wrong = check_program(&in, PROGRAM_PROCESS);
    if (wrong || !at_end(&in) || !valid_id(id) || flags > STDIO_ALL) {
        refuse(c, wrong ? wrong : "EXEC does not parse");
        return;
    }
    int r = container_pidfd(id) < 0 ? -ESRCH : begin_exec(c, flags, program);
    free_payload(c);
    if (r < 0)
        answer(c, r, "exec");
    else
        watch_connection(c);
}

static void request_start(struct connection *c, struct cursor in)
{
    const char *id = get_str(&in);
    const char *log_path = get_str(&in);
    uint32_t flags = get_u32(&in);
    struct cursor program = in;
    const char *wrong = check_program(&in, PROGRAM_PROCESS);
    if (wrong || !at_end(&in) || !valid_id(id) || flags > STDIO_ALL) {
        refuse(c, wrong ? wrong : "CONTAINER_START does not parse");
        return;
    }
    c->state = STARTS;
    int r = start_container(c, id, log_path, flags, program);
    free_payload(c);
    if (r < 0)
        answer(c, r, r == -EALREADY ? "already started" : "open its log or its pipes");
    else
        watch_connection(c);
}

static void request_attach(struct connection *c, struct cursor in)
{
    const char *id = get_str(&in);
    uint32_t flags = get_u32(&in);
    uint32_t patience_ms = get_u32(&in);
    if (!at_end(&in) || !valid_id(id) || (flags & ~(uint32_t)STDIO_STDIN) != 0) {
        refuse(c, "ATTACH does not parse");
        return;
    }
    int r = begin_attach(c, id, flags, patience_ms);
    if (r < 0)
        answer(c, r, "attach");
}

/* Requests that name a container and one thing more. */
static void request_simple(struct connection *c, struct cursor in)
{
    const char *id = get_str(&in);
    bool reopen = c->header.type == REQ_REOPEN_LOG;
    bool signal = c->header.type == REQ_SIGNAL;
    if (reopen)
        (void)get_str(&in); /* its path */
    uint32_t number = signal ? get_u32(&in) : 0;
    if (!at_end(&in) || !valid_id(id) || number > 64) {
        refuse(c, "the request does not parse");
        return;
    }
    if (reopen) {
        begin_reopen(c, id);
        return;
    }
    int r = signal ? signal_container(id, (int)number) : forget_container(id);
    answer(c, r, signal ? "signal" : "forget");
}

void handle_request(struct connection *c)
{
    struct cursor in = payload_of(c);
    switch (c->header.type) {
    case REQ_START:
    case REQ_START_TIMED:
        request_start(c, in);
        return;
    case REQ_EXEC:
        request_exec(c, in);
        return;
    case REQ_ATTACH:
        request_attach(c, in);
        return;
    case REQ_SIGNAL:
    case REQ_REOPEN_LOG:
    case REQ_FORGET:
        request_simple(c, in);
        return;
    default:
        break;
    }
    bool empty = c->header.length == 0;
    if (empty && c->header.type == REQ_POD_STATUS) {
        answer_pod_state(c);
    } else if (empty && c->header.type == REQ_WATCH) {
        free_payload(c);
        begin_watch(c);
    } else if (empty && c->header.type == REQ_SHUTDOWN) {
        pod_ends();
        answer(c, 0, "");
    } else {
        refuse(c, "unknown request");
    }
}
