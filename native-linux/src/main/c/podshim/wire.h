/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing the frames of docs/wire.md. Nothing here acts or allocates. */
#ifndef WIRE_H
#define WIRE_H

#include "podshim.h"

enum {
    WIRE_VERSION = 1,
    HEADER_SIZE = 8,
    PAYLOAD_MAX = 8 << 20,
    DATA_MAX = 64 << 10,
    ARGS_MAX = 7,
    TIMED_MAX = 1024 /* operations of a program that are timed */
};

enum frame_type {
    REQ_POD_CREATE = 1,
    REQ_POD_STATUS,
    REQ_START = 4,
    REQ_SIGNAL,
    REQ_REOPEN_LOG,
    REQ_FORGET,
    REQ_EXEC,
    REQ_WATCH,
    REQ_SHUTDOWN,
    REQ_ATTACH,
    REQ_START_TIMED,
    ANS_OK = 32,
    ANS_ERROR,
    ANS_REFUSED,
    ANS_CREATED,
    ANS_FAILED,
    ANS_STARTED,
    ANS_EXITED,
    ANS_CONTAINER_STATE,
    ANS_WATCHING,
    ANS_POD_STATE,
    ANS_ATTACHED,
    ANS_DETACHED,
    ANS_TIMES,
    DATA_STDOUT = 64,
    DATA_STDERR,
    DATA_STDIN,
    DATA_STDIN_END,
    DATA_RESIZE,
    DATA_SIGNAL
};

enum stdio_flags { STDIO_TTY = 1, STDIO_STDIN = 2, STDIO_STDIN_ONCE = 4, STDIO_ALL = 7 };

enum op_code {
#define OP(code, name, args) OP_##name = (code),
#include "ops.def"
#undef OP
    OP_CODES
};

/* What is left to read. Once something did not fit, everything reads as zero and `bad` stays set.
 */
struct cursor {
    const unsigned char *at;
    const unsigned char *end;
    bool bad;
};

struct list {
    const unsigned char *first;
    uint32_t count;
};

struct bytes {
    const unsigned char *data;
    uint32_t size; /* bytes, or elements of a vec */
};

/* The elements of a vec, to be read with get_u64. */
static inline struct cursor elements(struct bytes vec)
{
    return (struct cursor){.at = vec.data, .end = vec.data + vec.size * sizeof(uint64_t)};
}

union arg {
    uint64_t u;
    const char *s;
    struct list l;
    struct bytes b;
};

struct op {
    uint16_t code;
    union arg args[ARGS_MAX];
};

struct header {
    uint32_t length;
    uint16_t type;
};

enum program_kind { PROGRAM_POD, PROGRAM_PROCESS };

uint32_t get_u32(struct cursor *c);
uint64_t get_u64(struct cursor *c);
const char *get_str(struct cursor *c);
struct list get_list(struct cursor *c);
const char *next_str(struct list *l); /* NULL at the end */
bool at_end(const struct cursor *c);  /* everything was read and fitted */
bool next_op(struct cursor *c, struct op *op);
int read_header(const unsigned char *bytes, struct header *header);
const char *check_program(struct cursor *c,
                          enum program_kind kind); /* skips it; what is wrong, or NULL */
bool valid_id(const char *id);

/* A frame being written into a buffer of the caller's. */
struct frame {
    unsigned char *data;
    size_t size;
    size_t room;
};

void begin_frame(struct frame *f, enum frame_type type);
void put_u16(struct frame *f, uint16_t value);
void put_u32(struct frame *f, uint32_t value);
void put_u64(struct frame *f, uint64_t value);
void put_str(struct frame *f, const char *text);
void end_frame(struct frame *f, size_t start);

#endif
