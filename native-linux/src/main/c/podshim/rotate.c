/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CONTAINER_REOPEN_LOG. A reader of the log's name goes on to the new file as soon as it is there,
 * and only if it waits for it by then; so before it is made, the old one has been quiet for a
 * while.
 */
#include "connection.h"

#include <errno.h>

enum { QUIET_MS = 100 };

/* No clock that is set back makes it longer. */
static bool is_quiet_since(uint64_t time_ns)
{
    return now_ns() - time_ns >= QUIET_MS * 1000000ULL;
}

bool logs_settle(void)
{
    for (size_t i = 0; i < containers_used; i++) {
        const struct container *c = &containers[i];
        if (c->state != FREE && (c->quiet || (c->state == RUNNING && c->launch.ended)))
            return true;
    }
    return false;
}

/* Its readers have yet to find the new file: who hears of an end now does not look for one. */
bool log_is_new(const struct container *c)
{
    return !c->quiet && !is_quiet_since(c->reopened_ns);
}

void reopen_log_now(struct connection *asker)
{
    struct container *c = asker->reopens;
    struct cursor in = payload_of(asker);
    (void)get_str(&in);
    int r = open_log(&c->log, get_str(&in));
    c->reopened_ns = now_ns();
    asker->reopens = NULL;
    answer(asker, r, "open its log");
}

void end_quiet(struct container *c)
{
    c->quiet = false;
    for (size_t i = 0; i < connections_used; i++)
        if (connections[i].reopens == c)
            reopen_log_now(&connections[i]);
    watch_outputs(c);
}

void settle_logs(void)
{
    for (size_t i = 0; i < containers_used; i++) {
        struct container *c = &containers[i];
        if (c->state != FREE && c->quiet && is_quiet_since(c->log.written_ns))
            end_quiet(c);
        if (c->state == RUNNING && c->launch.ended)
            container_ended(c);
    }
}

void begin_reopen(struct connection *asker, const char *id)
{
    struct container *c = find_container(id);
    if (!c) {
        answer(asker, -ESRCH, "");
        return;
    }
    if (!c->quiet)
        drain_outputs(c); /* printed before this request, so it belongs to the old file */
    asker->state = REOPENS;
    asker->reopens = c;
    watch_connection(asker);
    c->quiet = true;
    watch_outputs(c);
    settle_logs();
}
