/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { RAW_ROOM = LINE_MAX_BYTES + (64 << 10), OUT_ROOM = 128 << 10 };

/* Shared by all containers: one read is formatted and written before the next. */
static char raw_buffer[RAW_ROOM];
static char out_buffer[OUT_ROOM];

int stalled_logs;
const char *pumped = raw_buffer;

void format_prefix(struct log_format *format, uint64_t time_ns, bool error)
{
    time_t seconds = (time_t)(time_ns / 1000000000U);
    struct tm t;
    gmtime_r(&seconds, &t);
    for (int full = 0; full <= 1; full++) {
        int n = snprintf(format->prefix[full], sizeof format->prefix[full],
                         "%04d-%02d-%02dT%02d:%02d:%02d.%09uZ %s %c ", t.tm_year + 1900,
                         t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec,
                         (unsigned int)(time_ns % 1000000000U), error ? "stderr" : "stdout",
                         full ? 'F' : 'P');
        format->prefix_size = n > 0 ? (size_t)n : 0;
    }
}

/*
 * Takes whole lines, and parts of lines that are too long, off the front of `raw`. What is left is
 * a line without end, or what `out` had no room for; *raw_size becomes the number of bytes taken.
 * After the end of a stream its last line is whole as it is.
 */
size_t format_lines(const struct log_format *format, const char *raw, size_t *raw_size, bool ended,
                    char *out, size_t room)
{
    size_t taken = 0;
    size_t written = 0;
    while (taken < *raw_size) {
        const char *line = raw + taken;
        size_t left = *raw_size - taken;
        const char *newline =
            memchr(line, '\n', left < LINE_MAX_BYTES + 1 ? left : LINE_MAX_BYTES + 1);
        size_t size = newline ? (size_t)(newline - line) : left;
        bool full = newline || (ended && size <= LINE_MAX_BYTES);
        if (!full && size <= LINE_MAX_BYTES)
            break;
        if (!full)
            size = LINE_MAX_BYTES;
        if (format->prefix_size + size + 1 > room - written)
            break;
        memcpy(out + written, format->prefix[full], format->prefix_size);
        memcpy(out + written + format->prefix_size, line, size);
        written += format->prefix_size + size;
        out[written++] = '\n';
        taken += size + (newline ? 1 : 0);
    }
    *raw_size = taken;
    return written;
}

int open_log(struct log_file *log, const char *path)
{
    int fd = open(
        path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0640);
    if (fd < 0)
        return -errno;
    retry_log(log);
    close_fd(&log->fd);
    log->fd = fd;
    return 0;
}

/* The file takes nothing now: keeps everything, and the stream is not read until it does. */
static void stall(struct log_file *log, struct log_stream *stream, size_t out_size, const char *raw,
                  size_t raw_size)
{
    char *kept =
        mmap(NULL, OUT_ROOM + RAW_ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (kept == MAP_FAILED)
        return; /* out of memory as well as of disk: what was read is lost */
    stalled_logs++;
    memcpy(kept, out_buffer, out_size);
    memcpy(kept + OUT_ROOM, raw, raw_size);
    *log = (struct log_file){.fd = log->fd,
                             .written_ns = log->written_ns,
                             .stalled = kept,
                             .formatted = out_size,
                             .raw = raw_size,
                             .raw_of = stream};
}

/* How much of it was written: whole lines. A begun one is taken back, for the file may be rotated
 * now. */
static size_t write_some(struct log_file *log, const char *data, size_t size)
{
    int fd = log->fd;
    size_t written = fd < 0 ? size : 0;
    while (written < size) {
        ssize_t n = write(fd, data + written, size - written);
        if (n < 0 && errno != EINTR)
            break;
        written += n > 0 ? (size_t)n : 0;
    }
    if (written > 0)
        log->written_ns = now_ns();
    size_t whole = written;
    while (whole > 0 && data[whole - 1] != '\n')
        whole--;
    if (whole == written || ftruncate(fd, lseek(fd, 0, SEEK_END) - (off_t)(written - whole)) < 0)
        return written;
    return whole;
}

static void keep_rest(struct log_stream *stream, const char *raw, size_t size)
{
    if (size == 0) {
        if (stream->rest)
            munmap(stream->rest, LINE_MAX_BYTES);
        stream->rest = NULL;
    } else if (!stream->rest) {
        stream->rest =
            mmap(NULL, LINE_MAX_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (stream->rest == MAP_FAILED)
            stream->rest = NULL;
    }
    stream->rest_size = stream->rest ? (uint32_t)size : 0;
    if (stream->rest)
        memcpy(stream->rest, raw, size);
}

/* Formats and writes what is in raw_buffer; false if the file stalled. */
static bool write_lines(struct log_file *log, struct log_stream *stream, size_t size, bool ended)
{
    struct log_format format;
    format_prefix(&format, now_ns(), stream->error);
    size_t at = 0;
    for (;;) {
        size_t taken = size - at;
        size_t out = format_lines(&format, raw_buffer + at, &taken, ended, out_buffer, OUT_ROOM);
        if (out == 0)
            break;
        at += taken;
        size_t written = write_some(log, out_buffer, out);
        if (written < out) {
            memmove(out_buffer, out_buffer + written, out - written);
            stall(log, stream, out - written, raw_buffer + at, size - at);
            return false;
        }
    }
    keep_rest(stream, raw_buffer + at, size - at);
    return true;
}

ssize_t pump_log(struct log_file *log, struct log_stream *stream)
{
    if (stream->fd < 0)
        return 0;
    size_t rest = stream->rest_size;
    pumped = raw_buffer + rest;
    if (rest > 0)
        memcpy(raw_buffer, stream->rest, rest);
    ssize_t n = read(stream->fd, raw_buffer + rest, RAW_ROOM - rest);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return -EAGAIN;
    bool ended = n <= 0; /* a terminal without a slave answers EIO */
    if (ended) {
        close_fd(&stream->fd);
        stream->fd = -1;
    }
    write_lines(log, stream, rest + (ended ? 0 : (size_t)n), ended);
    return ended ? 0 : n;
}

bool retry_log(struct log_file *log)
{
    if (!log->stalled)
        return true;
    size_t left = log->formatted - log->formatted_at;
    log->formatted_at += write_some(log, log->stalled + log->formatted_at, left);
    if (log->formatted_at < log->formatted)
        return false;
    char *kept = log->stalled;
    stalled_logs--;
    memcpy(raw_buffer, kept + OUT_ROOM, log->raw);
    log->stalled = NULL;
    munmap(kept, OUT_ROOM + RAW_ROOM);
    return write_lines(log, log->raw_of, log->raw, log->raw_of->fd < 0);
}

void close_log(struct log_file *log, struct log_stream streams[2])
{
    retry_log(log);
    if (log->stalled) {
        stalled_logs--;
        munmap(log->stalled, OUT_ROOM + RAW_ROOM);
    }
    for (int i = 0; i < 2; i++) {
        keep_rest(&streams[i], NULL, 0);
        close_fd(&streams[i].fd);
        streams[i].fd = -1;
    }
    close_fd(&log->fd);
    *log = (struct log_file){.fd = -1};
}
