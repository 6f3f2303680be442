/* SPDX-License-Identifier: Apache-2.0 */
/* wire.c against wire-vectors.txt, and what no vector can say. */
#include "unit.h"
#include "wire.h"

enum { VECTOR_MAX = 64 << 10 };

struct vector {
    char name[128];
    unsigned int type;
    size_t size;
    unsigned char payload[VECTOR_MAX];
};

/* What the payloads of the frames that the podshim reads are made of; p a process's, P a pod's
 * program, i an id. */
static const char *shape_of(unsigned int type)
{
    switch (type) {
    case REQ_POD_CREATE:
        return "isP";
    case REQ_START:
    case REQ_START_TIMED:
        return "isfp";
    case REQ_SIGNAL:
        return "iu";
    case REQ_REOPEN_LOG:
        return "is";
    case REQ_FORGET:
        return "i";
    case REQ_EXEC:
        return "ifuup";
    case REQ_ATTACH:
        return "iau";
    case REQ_POD_STATUS:
    case REQ_WATCH:
    case REQ_SHUTDOWN:
    case DATA_STDIN_END:
        return "";
    case DATA_RESIZE:
        return "uu";
    case DATA_SIGNAL:
        return "u";
    default:
        return NULL;
    }
}

static bool reads_field(struct cursor *c, char kind)
{
    switch (kind) {
    case 's':
        get_str(c);
        return true;
    case 'i':
        return valid_id(get_str(c));
    case 'u':
        get_u32(c);
        return true;
    case 'f':
        return get_u32(c) <= STDIO_ALL;
    case 'a':
        return (get_u32(c) & ~(uint32_t)STDIO_STDIN) == 0;
    case 'l':
        get_list(c);
        return true;
    case 'p':
        return !check_program(c, PROGRAM_PROCESS);
    default: /* 'P' */
        return !check_program(c, PROGRAM_POD);
    }
}

static bool parses(unsigned int type, const unsigned char *payload, size_t size)
{
    const char *shape = shape_of(type);
    struct cursor c = {.at = payload, .end = payload + size};
    bool good = shape != NULL;
    for (size_t i = 0; good && shape[i]; i++)
        good = reads_field(&c, shape[i]);
    return good && at_end(&c);
}

/* In a block of exactly its size, so that ASan sees the first byte that is read beyond it. */
static bool parses_exactly(const struct vector *v)
{
    unsigned char *exact = malloc(v->size ? v->size : 1);
    if (!exact)
        exit(2);
    memcpy(exact, v->payload, v->size);
    bool good = parses(v->type, exact, v->size);
    free(exact);
    return good;
}

static bool is_good(const struct vector *v)
{
    struct header header;
    if (v->type == 0)
        return read_header(v->payload, &header) == 0 && shape_of(header.type);
    return v->type == DATA_STDIN ? v->size <= DATA_MAX : parses_exactly(v);
}

static void check_vector(const struct vector *v)
{
    bool bad = strncmp(v->name, "bad-", 4) == 0;
    if (v->type >= ANS_OK && v->type < DATA_STDIN && strncmp(v->name, "bad-unknown", 11) != 0)
        return; /* the daemon reads these; check_answers writes them */
    if (!CHECK(is_good(v) != bad))
        fprintf(stderr, "%s is %s\n", v->name, bad ? "accepted" : "refused");
}

static void decode_hex(struct vector *v, const char *hex)
{
    v->size = 0;
    if (strcmp(hex, "-") == 0)
        return;
    for (unsigned int byte; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        v->payload[v->size++] = (unsigned char)byte;
}

static bool read_vector(FILE *file, struct vector *v)
{
    static char line[3 * VECTOR_MAX];
    while (fgets(line, sizeof line, file)) {
        int hex_at = 0;
        if (line[0] == '#' || line[0] == '\n')
            continue;
        line[strcspn(line, "\n")] = 0;
        if (sscanf(line, "%127s %u %n", v->name, &v->type, &hex_at) != 2 || hex_at == 0) {
            fprintf(stderr, "not a vector: %s\n", line);
            exit(2);
        }
        decode_hex(v, line + hex_at);
        return true;
    }
    return false;
}

static const struct vector *find_vector(const char *path, const char *name)
{
    static struct vector v;
    FILE *file = fopen(path, "re");
    if (!file)
        exit(2);
    while (read_vector(file, &v)) {
        if (strcmp(v.name, name) == 0) {
            fclose(file);
            return &v;
        }
    }
    fprintf(stderr, "there is no vector %s\n", name);
    exit(2);
}

static void check_vectors(const char *path)
{
    static struct vector v;
    int count = 0;
    FILE *file = fopen(path, "re");
    if (!file) {
        perror(path);
        exit(2);
    }
    for (; read_vector(file, &v); count++)
        check_vector(&v);
    fclose(file);
    CHECK(count > 150);
}

static unsigned char room[4096];

static struct frame answer(enum frame_type type)
{
    struct frame f = {.data = room, .size = 0, .room = sizeof room};
    begin_frame(&f, type);
    return f;
}

static void written_as(const char *path, const char *name, struct frame f)
{
    end_frame(&f, 0);
    const struct vector *v = find_vector(path, name);
    struct header header;
    CHECK_EQUAL(read_header(f.data, &header), 0);
    CHECK_EQUAL(header.type, v->type);
    CHECK_EQUAL(header.length, v->size);
    if (f.size != HEADER_SIZE + v->size || memcmp(f.data + HEADER_SIZE, v->payload, v->size) != 0) {
        fprintf(stderr, "%s is written in another way\n", name);
        CHECK(false);
    }
}

static void check_answers(const char *path)
{
    struct frame f = answer(ANS_OK);
    written_as(path, "ok", f);
    f = answer(ANS_ERROR);
    put_u32(&f, ENOENT);
    put_str(&f, "unknown container");
    written_as(path, "error", f);
    f = answer(ANS_FAILED);
    put_u32(&f, 3);
    put_u16(&f, OP_FSMOUNT);
    put_u16(&f, 2);
    put_u32(&f, EINVAL);
    put_str(&f, "overlay: No changes allowed in reconfigure");
    written_as(path, "failed", f);
    f = answer(ANS_STARTED);
    put_u32(&f, 4712);
    put_u64(&f, 1760000000000000001U);
    written_as(path, "started", f);
}

/* A frame that does not fit is cut, and says so by having no room left; nothing is written beyond
 * it. */
static void check_full_frame(void)
{
    unsigned char small[HEADER_SIZE + 6];
    memset(small, 0xee, sizeof small);
    struct frame f = {.data = small, .size = 0, .room = HEADER_SIZE + 5};
    begin_frame(&f, ANS_ERROR);
    put_u32(&f, 1);
    put_str(&f, "longer than the room");
    CHECK_EQUAL(f.size, f.room);
    CHECK_EQUAL(small[HEADER_SIZE + 5], 0xee);
}

static void check_headers(void)
{
    static const struct {
        unsigned char bytes[HEADER_SIZE];
        int expected;
    } cases[] = {
        {{0, 0, 0, 0, 2, 0, 1, 0}, 0},
        {{0, 0, 0x80, 0, 4, 0, 1, 0}, 0},            /* 8 MiB */
        {{1, 0, 0x80, 0, 4, 0, 1, 0}, -EPROTO},      /* and one byte */
        {{0, 0, 1, 0, 66, 0, 1, 0}, 0},              /* 64 KiB of data */
        {{1, 0, 1, 0, 66, 0, 1, 0}, -EPROTO},        /* and one byte */
        {{1, 0, 1, 0, 95, 0, 1, 0}, -EPROTO},        /* the last data type */
        {{1, 0, 1, 0, 96, 0, 1, 0}, 0},              /* no data type: the caller refuses it */
        {{0, 0, 0, 0, 2, 0, 2, 0}, -EPROTO},         /* version 2 */
        {{0, 0, 0, 0, 2, 0, 1, 1}, -EPROTO},         /* version 257 */
        {{255, 255, 255, 255, 2, 0, 1, 0}, -EPROTO}, /* 4 GiB - 1 */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct header header;
        if (!CHECK_EQUAL(read_header(cases[i].bytes, &header), cases[i].expected))
            fprintf(stderr, "header %zu\n", i);
    }
}

/* After the first thing that did not fit everything is empty, and stays so. */
static void check_bad_cursor(void)
{
    static const unsigned char bytes[] = {1, 0, 0, 0, 9, 0, 0, 0, 'a'};
    struct cursor c = {.at = bytes, .end = bytes + sizeof bytes};
    CHECK_EQUAL(get_u32(&c), 1);
    CHECK_TEXT(get_str(&c), "");
    CHECK(c.bad);
    CHECK_EQUAL(get_u32(&c), 0);
    CHECK_EQUAL(get_u64(&c), 0);
    struct list l = get_list(&c);
    CHECK_EQUAL(l.count, 0);
    CHECK(next_str(&l) == NULL);
    CHECK(!at_end(&c));
    struct op op;
    CHECK(!next_op(&c, &op));
}

static void check_operation(const char *path)
{
    const struct vector *v = find_vector(path, "op-fsmount");
    struct cursor c = {.at = v->payload, .end = v->payload + v->size};
    CHECK_TEXT(get_str(&c), "c1");
    CHECK_TEXT(get_str(&c), "");
    CHECK_EQUAL(get_u32(&c), 0);
    CHECK_EQUAL(get_u32(&c), 3);
    struct op op;
    CHECK(next_op(&c, &op));
    CHECK_EQUAL(op.code, OP_FSMOUNT);
    CHECK_EQUAL(op.args[0].u, 1);
    CHECK_TEXT(op.args[1].s, "overlay");
    CHECK_EQUAL(op.args[2].l.count, 5);
    struct list options = op.args[2].l;
    CHECK_TEXT(next_str(&options), "lowerdir+=/layers/b");
    CHECK_TEXT(next_str(&options), "lowerdir+=/layers/a");
    CHECK_TEXT(next_str(&options), "upperdir=/c1/fs");
    CHECK_TEXT(next_str(&options), "workdir=/c1/work");
    CHECK_TEXT(next_str(&options), "volatile");
    CHECK(next_str(&options) == NULL);
    CHECK_EQUAL(op.args[3].u, 0);
    CHECK(next_op(&c, &op));
    CHECK_EQUAL(op.code, OP_CLONE);
    CHECK(next_op(&c, &op));
    CHECK_EQUAL(op.code, OP_EXEC);
    CHECK_EQUAL(op.args[2].l.count, 0);
    CHECK(at_end(&c));
}

static void check_ids(void)
{
    char longest[ID_MAX + 2];
    memset(longest, 'a', sizeof longest);
    longest[ID_MAX] = 0;
    CHECK(valid_id(longest));
    longest[ID_MAX] = 'a';
    longest[ID_MAX + 1] = 0;
    CHECK(!valid_id(longest));
    CHECK(valid_id("0"));
    CHECK(valid_id("web-0"));
    CHECK(!valid_id(""));
    CHECK(!valid_id("."));
    CHECK(!valid_id("a.tmp"));
    CHECK(!valid_id("a\n"));
    CHECK(!valid_id("\xc3\xa9"));
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s wire-vectors.txt\n", argv[0]);
        return 2;
    }
    check_vectors(argv[1]);
    check_answers(argv[1]);
    check_operation(argv[1]);
    check_full_frame();
    check_headers();
    check_bad_cursor();
    check_ids();
    return result("wire");
}
