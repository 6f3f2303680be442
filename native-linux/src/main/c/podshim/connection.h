/* SPDX-License-Identifier: Apache-2.0 */
/* A conversation with the daemon: what connections.c carries, requests.c answers, exec.c and
 * attach.c lead.
 */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "pod.h"

enum {
    CHUNK = 32 << 10,        /* of an exec's output in one frame */
    OUT_ROOM = 64 << 10,     /* what a slow reader may owe; a watcher that owes more is cut */
    PAYLOADS_MAX = 64 << 20, /* of all requests being read */
};

enum connection_state { UNUSED, READING, STARTS, REOPENS, EXECUTES, ATTACHED, WATCHES, CLOSES };

struct connection {
    struct source io;
    enum connection_state state;
    uint64_t since;
    unsigned char head[HEADER_SIZE];
    struct header header;
    size_t have;            /* of head and payload */
    unsigned char *payload; /* mapped while a frame is read, or its bytes wait for the process */
    size_t payload_at;
    unsigned char *out; /* mapped while the client is slow */
    size_t out_at, out_end;
    bool lost; /* the client went while its process was being made */
    struct launch exec;
    struct source outputs[2];
    struct source input;
    size_t left[2];             /* what to send of each output after the end */
    struct source *feeds;       /* where standard input goes: `input`, or the container's */
    struct container *reopens;  /* NULL unless it is REOPENS */
    struct container *attached; /* NULL unless it is ATTACHED */
    size_t shown_at;            /* how much of what the container showed it was sent */
    uint32_t behind_ms, patience_ms;
};

extern struct connection connections[CONNECTIONS_MAX];
extern size_t connections_used; /* none is beyond */

/* connections.c */
void free_payload(struct connection *c);
void free_connection(struct connection *c);
bool owes(const struct connection *c); /* whether the client has to read before more is sent */
void watch_connection(struct connection *c);
struct frame new_frame(enum frame_type type); /* in a buffer that all share, with room for CHUNK */
bool send_bytes(struct connection *c, const unsigned char *data, size_t size);
bool send_frame(struct connection *c, struct frame *f);
void conclude(struct connection *c, struct frame *f);
void refuse(struct connection *c, const char *what);
void answer(struct connection *c, int r, const char *what);
struct frame launch_frame(const struct launch *launch);
struct cursor payload_of(const struct connection *c);

/* rotate.c */
void begin_reopen(struct connection *asker, const char *id);
void reopen_log_now(struct connection *asker);

/* requests.c */
void handle_request(struct connection *c);

/* exec.c */
int begin_exec(struct connection *c, uint32_t flags, struct cursor program);
void handle_exec_frame(struct connection *c);
void conclude_exec(struct connection *c); /* sends what is left after the end, then EXITED */
void kill_exec(const struct connection *c);
void feed_input(struct connection *c); /* what the client sent, as far as the process takes it */
bool resize_terminal(const struct connection *c, int terminal); /* false: that is not its frame */

/* attach.c */
int begin_attach(struct connection *a, const char *id, uint32_t flags, uint32_t patience_ms);
void handle_attach_frame(struct connection *a);
bool is_behind(const struct connection *a);
void serve_client(struct connection *a);
void detach(struct connection *a);

#endif
