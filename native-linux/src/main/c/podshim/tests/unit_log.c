/* SPDX-License-Identifier: Apache-2.0 */
/* log.c: the format against a plain second reading of it, and files that take no more for a while.
 */
#include "log.h"
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { ROOM = 4 << 20 };

static char expected[ROOM];
static char got[ROOM];
static char input[ROOM];

static void check_prefix(void)
{
    struct log_format f;
    format_prefix(&f, 1760000000000000042U, false);
    CHECK_TEXT(f.prefix[0], "2025-10-09T08:53:20.000000042Z stdout P ");
    CHECK_TEXT(f.prefix[1], "2025-10-09T08:53:20.000000042Z stdout F ");
    CHECK_EQUAL(f.prefix_size, strlen(f.prefix[1]));
    format_prefix(&f, 951782399999999999U, true); /* the day before the 29th of February */
    CHECK_TEXT(f.prefix[1], "2000-02-28T23:59:59.999999999Z stderr F ");
    format_prefix(&f, 0, true);
    CHECK_TEXT(f.prefix[0], "1970-01-01T00:00:00.000000000Z stderr P ");
}

/* What the format says, one byte at a time. */
static size_t expect(const struct log_format *f, const char *raw, size_t size)
{
    size_t out = 0;
    size_t in_line = 0;
    size_t begin = 0;
    for (size_t i = 0; i <= size; i++) {
        bool ends = i < size && raw[i] == '\n';
        bool last = i == size && in_line > 0;
        if (ends || last || (in_line == LINE_MAX_BYTES && i < size)) {
            memcpy(expected + out, f->prefix[ends || last], f->prefix_size);
            memcpy(expected + out + f->prefix_size, raw + begin, in_line);
            out += f->prefix_size + in_line;
            expected[out++] = '\n';
            begin = ends ? i + 1 : i;
            in_line = 0;
        }
        in_line += i < size && !ends;
    }
    return out;
}

/* In steps of `step` bytes with `room` for what comes out, as pump_log does it. */
static size_t format_in_steps(const struct log_format *f, size_t size, size_t step, size_t room)
{
    size_t out = 0;
    size_t at = 0;
    for (size_t end = 0; end < size || at < size;) {
        bool ended = end + step >= size;
        end = ended ? size : end + step;
        for (;;) {
            size_t taken = end - at;
            size_t n = format_lines(f, input + at, &taken, ended, got + out, room);
            CHECK(n <= room);
            at += taken;
            out += n;
            if (n == 0)
                break;
        }
        if (ended && !CHECK_EQUAL(at, size))
            break;
    }
    return out;
}

static void check_format_of(size_t size)
{
    static const size_t steps[] = {1, 100, 16384, 65536};
    struct log_format f;
    format_prefix(&f, 1760000000000000042U, false);
    size_t wanted = expect(&f, input, size);
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        if (steps[i] == 1 && size > 100000)
            continue;
        memset(got, 0, wanted);
        size_t out = format_in_steps(&f, size, steps[i], 128 << 10);
        if (!CHECK_EQUAL(out, wanted) || !CHECK(memcmp(got, expected, wanted) == 0))
            fprintf(stderr, "%zu bytes in steps of %zu\n", size, steps[i]);
    }
}

static void check_format(void)
{
    static const size_t lengths[] = {0, 1, 16383, 16384, 16385, 32767, 32768, 32769, 50000};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        memset(input, 'x', lengths[i]);
        check_format_of(lengths[i]);
        input[lengths[i]] = '\n';
        check_format_of(lengths[i] + 1);
        memset(input + lengths[i] + 1, '\n', 3);
        check_format_of(lengths[i] + 4);
    }
    unsigned int seed = 4711;
    for (int round = 0; round < 20; round++) {
        size_t size = 0;
        while (size < 200000) {
            seed = seed * 1103515245U + 12345U;
            size_t line = seed >> 16 & (round % 4 == 0 ? 0x7fff : 0x7f);
            memset(input + size, 'a' + (int)(line % 26), line);
            size += line;
            input[size++] = '\n';
        }
        check_format_of(size);
        check_format_of(size - 1);
    }
}

/* Without room for even one line nothing is taken and nothing written. */
static void check_no_room(void)
{
    struct log_format f;
    format_prefix(&f, 0, false);
    memcpy(input, "one\ntwo\n", 8);
    size_t line = f.prefix_size + 4;
    for (size_t room = 0; room < 2 * line + 1; room++) {
        size_t taken = 8;
        size_t n = format_lines(&f, input, &taken, false, got, room);
        CHECK_EQUAL(n, room / line * line);
        CHECK_EQUAL(taken, room / line * 4);
    }
}

struct pipes {
    struct log_file log;
    struct log_stream streams[2];
    int writers[2];
    char path[512];
};

static void open_pipes(struct pipes *p, const char *directory)
{
    *p = (struct pipes){.log.fd = -1};
    for (int s = 0; s < 2; s++) {
        int ends[2];
        CHECK_EQUAL(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
        p->streams[s] = (struct log_stream){.fd = ends[0], .error = s == 1};
        p->writers[s] = ends[1];
    }
    CHECK_EQUAL(join_path(p->path, sizeof p->path, directory, "log"), 0);
    CHECK_EQUAL(open_log(&p->log, p->path), 0);
}

/* The file's bytes without the time stamps, which are 31 bytes with their blank. */
static void read_lines(const char *path)
{
    static char file[ROOM];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, file, sizeof file - 1);
    close(fd);
    file[n > 0 ? n : 0] = 0;
    got[0] = 0;
    size_t size = 0;
    for (char *line = file; *line; line += strcspn(line, "\n") + 1) {
        size_t length = strcspn(line, "\n");
        if (!CHECK(line[length] == '\n') || !CHECK(length > 31 && line[29] == 'Z'))
            return;
        memcpy(got + size, line + 31, length - 31 + 1);
        size += length - 31 + 1;
        got[size] = 0;
    }
}

static void say(const struct pipes *p, int s, const char *text)
{
    CHECK_EQUAL(write_all(p->writers[s], text, strlen(text)), 0);
}

static void check_pump(const char *directory)
{
    struct pipes p;
    open_pipes(&p, directory);
    CHECK_EQUAL(pump_log(&p.log, &p.streams[0]), -EAGAIN);
    say(&p, 0, "one\ntw");
    say(&p, 1, "err");
    CHECK_EQUAL(pump_log(&p.log, &p.streams[0]), 6);
    CHECK_EQUAL(pump_log(&p.log, &p.streams[1]), 3);
    read_lines(p.path);
    CHECK_TEXT(got, "stdout F one\n");
    say(&p, 0, "o\n");
    CHECK_EQUAL(pump_log(&p.log, &p.streams[0]), 2);
    close(p.writers[1]);
    CHECK_EQUAL(pump_log(&p.log, &p.streams[1]), 0);
    CHECK_EQUAL(p.streams[1].fd, -1);
    CHECK_EQUAL(pump_log(&p.log, &p.streams[1]), 0);
    read_lines(p.path);
    CHECK_TEXT(got, "stdout F one\nstdout F two\nstderr F err\n");
    close(p.writers[0]);
    close_log(&p.log, p.streams);
    CHECK_EQUAL(unlink(p.path), 0);
}

/* A file that may not grow stands for a full disk. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    CHECK_EQUAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void check_full_disk(const char *directory)
{
    struct pipes p;
    open_pipes(&p, directory);
    say(&p, 0, "one\ntwo\nthree\nrest");
    limit_files(2 * (31 + 12) + 20); /* two lines, and a part of the third */
    CHECK_EQUAL(pump_log(&p.log, &p.streams[0]), 18);
    CHECK(p.log.stalled != NULL);
    CHECK_EQUAL(stalled_logs, 1);
    read_lines(p.path); /* which checks that no line is cut */
    CHECK_TEXT(got, "stdout F one\nstdout F two\n");
    CHECK(!retry_log(&p.log));
    read_lines(p.path);
    CHECK_TEXT(got, "stdout F one\nstdout F two\n");
    limit_files(RLIM_INFINITY);
    CHECK(retry_log(&p.log));
    CHECK_EQUAL(stalled_logs, 0);
    close(p.writers[0]);
    CHECK_EQUAL(pump_log(&p.log, &p.streams[0]), 0);
    read_lines(p.path);
    CHECK_TEXT(got, "stdout F one\nstdout F two\nstdout F three\nstdout F rest\n");
    close(p.writers[1]);
    close_log(&p.log, p.streams);
    CHECK_EQUAL(unlink(p.path), 0);
}

/* What could not be written goes on in the new file, from the beginning of its line. */
static void check_rotation_on_a_full_disk(const char *directory)
{
    struct pipes p;
    char old[600];
    open_pipes(&p, directory);
    CHECK_EQUAL(join_path(old, sizeof old, directory, "old"), 0);
    say(&p, 1, "one\ntwo\nthree\n");
    limit_files(31 + 12 + 10);
    CHECK_EQUAL(pump_log(&p.log, &p.streams[1]), 14);
    CHECK_EQUAL(rename(p.path, old), 0);
    CHECK_EQUAL(open_log(&p.log, p.path), 0);
    CHECK(!retry_log(&p.log)); /* one more line fits into the new file */
    limit_files(RLIM_INFINITY);
    CHECK(retry_log(&p.log));
    read_lines(old);
    CHECK_TEXT(got, "stderr F one\n");
    read_lines(p.path);
    CHECK_TEXT(got, "stderr F two\nstderr F three\n");
    close(p.writers[0]);
    close(p.writers[1]);
    close_log(&p.log, p.streams);
    CHECK_EQUAL(unlink(p.path), 0);
    CHECK_EQUAL(unlink(old), 0);
}

static void check_open(const char *directory)
{
    struct log_file log = {.fd = -1};
    char path[512];
    CHECK_EQUAL(open_log(&log, "/nonexistent/log"), -ENOENT);
    CHECK_EQUAL(log.fd, -1);
    CHECK_EQUAL(join_path(path, sizeof path, directory, "log"), 0);
    CHECK_EQUAL(open_log(&log, path), 0);
    struct stat st;
    CHECK_EQUAL(fstat(log.fd, &st), 0);
    CHECK_EQUAL(st.st_mode & 07777, 0640);
    CHECK(fcntl(log.fd, F_GETFL) & O_APPEND);
    CHECK_EQUAL(open_log(&log, directory), -EISDIR); /* and the old one stays */
    CHECK_EQUAL(fstat(log.fd, &st), 0);
    CHECK_EQUAL(st.st_mode & 07777, 0640);
    struct log_stream streams[2] = {{.fd = -1}, {.fd = -1}};
    close_log(&log, streams);
    CHECK_EQUAL(unlink(path), 0);
}

int main(void)
{
    char path[256];
    const char *directory = new_directory(path, sizeof path);
    umask(0);
    (void)signal(SIGXFSZ, SIG_IGN);
    check_prefix();
    check_format();
    check_no_room();
    check_pump(directory);
    check_full_disk(directory);
    check_rotation_on_a_full_disk(directory);
    check_open(directory);
    CHECK_EQUAL(rmdir(directory), 0);
    return result("log");
}
