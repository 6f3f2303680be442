/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

#include <errno.h>
#include <string.h>

static const char *const OP_ARGS[OP_CODES] = {
#define OP(code, name, args) [OP_##name] = (args),
#include "ops.def"
#undef OP
};

static const unsigned char *take(struct cursor *c, size_t size)
{
    if (c->bad || (size_t)(c->end - c->at) < size) {
        c->bad = true;
        return NULL;
    }
    const unsigned char *here = c->at;
    c->at += size;
    return here;
}

static uint64_t little_endian(const unsigned char *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; bytes && i < size; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static uint16_t get_u16(struct cursor *c)
{
    return (uint16_t)little_endian(take(c, 2), 2);
}

uint32_t get_u32(struct cursor *c)
{
    return (uint32_t)little_endian(take(c, 4), 4);
}

uint64_t get_u64(struct cursor *c)
{
    return little_endian(take(c, 8), 8);
}

const char *get_str(struct cursor *c)
{
    uint32_t length = get_u32(c);
    const unsigned char *text = take(c, (size_t)length + 1);
    if (!text || text[length] != 0 || memchr(text, 0, length)) {
        c->bad = true;
        return "";
    }
    return (const char *)text;
}

struct list get_list(struct cursor *c)
{
    struct list list = {.count = get_u32(c)};
    list.first = c->at;
    for (uint32_t i = 0; i < list.count && !c->bad; i++)
        get_str(c);
    return c->bad ? (struct list){0} : list;
}

const char *next_str(struct list *l)
{
    if (l->count == 0)
        return NULL;
    const char *text = (const char *)l->first + 4;
    l->first += 4 + strlen(text) + 1;
    l->count--;
    return text;
}

static struct bytes get_bytes(struct cursor *c, size_t element)
{
    struct bytes bytes = {.size = get_u32(c)};
    bytes.data = take(c, (size_t)bytes.size * element);
    return bytes.data ? bytes : (struct bytes){0};
}

bool at_end(const struct cursor *c)
{
    return !c->bad && c->at == c->end;
}

static void get_args(struct cursor *c, struct op *op)
{
    const char *shape = OP_ARGS[op->code];
    for (size_t i = 0; shape[i]; i++) {
        switch (shape[i]) {
        case 's':
            op->args[i].s = get_str(c);
            break;
        case 'l':
            op->args[i].l = get_list(c);
            break;
        case 'u':
            op->args[i].u = get_u64(c);
            break;
        case 'b':
            op->args[i].b = get_bytes(c, 1);
            break;
        default: /* 'v' */
            op->args[i].b = get_bytes(c, sizeof(uint64_t));
            break;
        }
    }
}

bool next_op(struct cursor *c, struct op *op)
{
    *op = (struct op){.code = get_u16(c)};
    uint16_t zero = get_u16(c);
    uint32_t length = get_u32(c);
    struct cursor args = {.at = c->at};
    if (!take(c, length) || zero != 0 || op->code >= OP_CODES || !OP_ARGS[op->code]) {
        c->bad = true;
        return false;
    }
    args.end = c->at;
    get_args(&args, op);
    c->bad |= !at_end(&args);
    return !c->bad;
}

int read_header(const unsigned char *bytes, struct header *header)
{
    struct cursor c = {.at = bytes, .end = bytes + HEADER_SIZE};
    header->length = get_u32(&c);
    header->type = get_u16(&c);
    bool data = header->type >= DATA_STDOUT && header->type < DATA_STDOUT + 32;
    if (get_u16(&c) != WIRE_VERSION ||
        header->length > (data ? (uint32_t)DATA_MAX : (uint32_t)PAYLOAD_MAX))
        return -EPROTO;
    return 0;
}

/* Slots are checked where they are used: a bad one is EBADF of its step. */
const char *check_program(struct cursor *c, enum program_kind kind)
{
    uint32_t count = get_u32(c);
    uint32_t clones = 0;
    uint16_t last = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct op op;
        if (!next_op(c, &op))
            return "an operation of the program does not parse";
        bool pod_only = op.code == OP_POD_MOUNTS || op.code == OP_POD_PID_NAMESPACE ||
                        op.code == OP_POD_USER_NAMESPACE;
        bool process_only =
            op.code == OP_CLONE || op.code == OP_EXEC || op.code == OP_TTY || op.code == OP_HOOK;
        if (kind == PROGRAM_POD ? process_only : pod_only)
            return "an operation does not belong in this kind of program";
        if (last == OP_EXEC)
            return "an operation follows EXEC";
        if (op.code == OP_EXEC && (op.args[0].l.count == 0 || op.args[1].l.count == 0))
            return "EXEC without path or argv";
        clones += op.code == OP_CLONE;
        last = op.code;
    }
    if (c->bad)
        return "the program is cut short";
    if (kind == PROGRAM_PROCESS && (clones != 1 || last != OP_EXEC))
        return "CLONE is not there exactly once, or EXEC is not last";
    return NULL;
}

bool valid_id(const char *id)
{
    size_t length = strlen(id);
    return length > 0 && length <= ID_MAX &&
           strspn(id, "0123456789abcdefghijklmnopqrstuvwxyz-") == length;
}

static void put(struct frame *f, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size && f->size < f->room; i++)
        f->data[f->size++] = (unsigned char)(value >> (8 * i));
}

void put_u16(struct frame *f, uint16_t value)
{
    put(f, value, 2);
}

void put_u32(struct frame *f, uint32_t value)
{
    put(f, value, 4);
}

void put_u64(struct frame *f, uint64_t value)
{
    put(f, value, 8);
}

void put_str(struct frame *f, const char *text)
{
    size_t length = strlen(text);
    put_u32(f, (uint32_t)length);
    for (size_t i = 0; i <= length; i++)
        put(f, (unsigned char)text[i], 1);
}

void begin_frame(struct frame *f, enum frame_type type)
{
    put_u32(f, 0);
    put_u16(f, (uint16_t)type);
    put_u16(f, WIRE_VERSION);
}

void end_frame(struct frame *f, size_t start)
{
    size_t length = f->size - start - HEADER_SIZE;
    struct frame patch = {.data = f->data, .size = start, .room = f->room};
    put_u32(&patch, (uint32_t)length);
}
