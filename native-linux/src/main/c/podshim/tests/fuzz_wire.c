/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes the reader of frames. The input is a header and a payload; whatever the header says, the
 * payload is read as every frame the podshim knows, from a block of exactly its size.
 */
#include "wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint64_t sink; /* so that nothing that is read can be left out */

static void touch(const char *text)
{
    sink += strlen(text);
}

static void touch_list(struct list list)
{
    uint32_t count = list.count;
    for (const char *text; (text = next_str(&list)); count--)
        touch(text);
    if (count != 0)
        abort(); /* a list that does not hold what it says */
}

/* Everything that an operation's function may look at. */
static void touch_op(const struct op *op)
{
    static const char *const shapes[OP_CODES] = {
#define OP(code, name, args) [OP_##name] = (args),
#include "ops.def"
#undef OP
    };
    const char *shape = shapes[op->code];
    if (!shape)
        abort(); /* a code that is none */
    for (size_t i = 0; shape[i]; i++) {
        struct bytes b = op->args[i].b;
        if (shape[i] == 's')
            touch(op->args[i].s);
        else if (shape[i] == 'l')
            touch_list(op->args[i].l);
        else if (shape[i] == 'u')
            sink += op->args[i].u;
        else
            for (size_t at = 0; at < (size_t)b.size * (shape[i] == 'v' ? 8 : 1); at++)
                sink += b.data[at];
    }
}

/* What check_program lets pass has to run: the same cursor, the same number of operations. */
static void run(struct cursor program, enum program_kind kind)
{
    struct cursor checked = program;
    if (check_program(&checked, kind) != NULL)
        return;
    uint32_t count = get_u32(&program);
    struct op op = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (!next_op(&program, &op))
            abort();
        touch_op(&op);
    }
    if (program.at != checked.at || (kind == PROGRAM_PROCESS && op.code != OP_EXEC))
        abort();
}

static void read_as(const char *shape, struct cursor c)
{
    for (; *shape; shape++) {
        if (*shape == 's')
            sink += valid_id(get_str(&c));
        else if (*shape == 'u')
            sink += get_u32(&c);
        else if (*shape == 'U')
            sink += get_u64(&c);
        else if (*shape == 'l')
            touch_list(get_list(&c));
        else
            run(c, *shape == 'p' ? PROGRAM_PROCESS : PROGRAM_POD);
    }
    if (at_end(&c) && c.at != c.end)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const shapes[] = {"ssP", "sl", "ssup", "su", "ss", "s", "suuup", "uu", "U"};
    struct header header;
    if (size < HEADER_SIZE)
        return -1;
    if (read_header(data, &header) == 0)
        sink += header.length;
    size -= HEADER_SIZE;
    unsigned char *exact = malloc(size ? size : 1);
    if (!exact)
        return 0;
    memcpy(exact, data + HEADER_SIZE, size);
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        read_as(shapes[i], (struct cursor){.at = exact, .end = exact + size});
    free(exact);
    return 0;
}
