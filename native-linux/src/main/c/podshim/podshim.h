/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The podshim: holds a pod's namespaces, runs the programs that Java wrote, watches and logs what
 * came of them. docs/wire.md is the contract. Functions return 0 (or a value) or a negative errno;
 * only main exits.
 */
#ifndef PODSHIM_H
#define PODSHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define AUTO_CLOSE __attribute__((cleanup(close_fd)))
#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

enum {
    ID_MAX = 64,           /* of pods and containers */
    SLOTS = 1024,          /* file descriptors that a program can name; 0 is the root */
    FAILURE_TEXT_MAX = 256 /* of the fs context's log that is kept */
};

/* What a failed step answers; crosses the status channel as it is. */
struct failure {
    uint32_t step;
    uint16_t code;
    uint16_t detail; /* which element of a list, counted from 1; else 0 */
    int32_t err;     /* positive errno */
    char text[FAILURE_TEXT_MAX];
};

/* util.c */
void close_fd(const int *fd);
int errno_of(long result); /* the result, or -errno of the call that returned -1 */
int copy_text(char *to, size_t size, const char *from);
int join_path(char *to, size_t size, const char *directory, const char *name);
uint64_t now_ns(void);
int write_all(int fd, const void *data, size_t size);
int write_exit_record(int exits_dir, const char *id, int status, const uint64_t times[2]);
int listen_at(const char *directory, const char *name);

#endif
