/* SPDX-License-Identifier: Apache-2.0 */
/* A container's log file in the CRI's format: `<time> <stream> <P|F> <bytes>\n`. */
#ifndef LOG_H
#define LOG_H

#include "podshim.h"

enum { LINE_MAX_BYTES = 16384 };

/* One of a container's outputs. */
struct log_stream {
    int fd;     /* -1 once it has ended */
    bool error; /* stderr */
    char *rest; /* a line that has no end yet; NULL or LINE_MAX_BYTES of room */
    uint32_t rest_size;
};

/* A log file and what could not be written to it yet. */
struct log_file {
    int fd; /* -1: no log, what is printed goes nowhere */
    uint64_t written_ns;
    char *stalled; /* while the disk is full: formatted bytes, then raw ones of one stream */
    size_t formatted, formatted_at;
    size_t raw;
    struct log_stream *raw_of;
};

extern int stalled_logs; /* how many wait for room on their disk */

int open_log(struct log_file *log, const char *path); /* keeps the old file if it fails */
/* Reads once, writes what came: how many bytes; 0: the stream has ended; -EAGAIN: there is nothing.
 */
ssize_t pump_log(struct log_file *log, struct log_stream *stream);
extern const char *pumped;            /* the bytes that the last of them has read */
bool retry_log(struct log_file *log); /* whether it is not stalled any more */
void close_log(struct log_file *log, struct log_stream streams[2]);

/* Pure, for tests: formats what `raw` holds into `out`; see log.c. */
struct log_format {
    char prefix[2][64]; /* of P and F lines */
    size_t prefix_size;
};
void format_prefix(struct log_format *format, uint64_t time_ns, bool error);
size_t format_lines(const struct log_format *format, const char *raw, size_t *raw_size, bool ended,
                    char *out, size_t room);

#endif
