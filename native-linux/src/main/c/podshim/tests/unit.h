/* SPDX-License-Identifier: Apache-2.0 */
/* The little that a unit test needs: facts by name, checks that go on, a temporary directory. */
#ifndef UNIT_H
#define UNIT_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int checks;
static int failures;

static inline bool check(bool holds, const char *what, const char *file, int line)
{
    checks++;
    if (!holds) {
        failures++;
        fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    }
    return holds;
}

static inline bool check_equal(long long got, long long expected, const char *what,
                               const char *file, int line)
{
    checks++;
    if (got == expected)
        return true;
    failures++;
    fprintf(stderr, "%s:%d: %s is %lld, expected %lld\n", file, line, what, got, expected);
    return false;
}

static inline bool check_text(const char *got, const char *expected, const char *what,
                              const char *file, int line)
{
    checks++;
    if (strcmp(got, expected) == 0)
        return true;
    failures++;
    fprintf(stderr, "%s:%d: %s is \"%s\", expected \"%s\"\n", file, line, what, got, expected);
    return false;
}

#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)
#define CHECK_EQUAL(got, expected)                                                                 \
    check_equal((long long)(got), (long long)(expected), #got, __FILE__, __LINE__)
#define CHECK_TEXT(got, expected) check_text((got), (expected), #got, __FILE__, __LINE__)

static inline int result(const char *name)
{
    printf("%s  %s: %d checks, %d failed\n", failures ? "FAILED" : "ok", name, checks, failures);
    return failures ? 1 : 0;
}

/* A new directory below $TMPDIR; the caller removes what it put there and then it. */
static inline const char *new_directory(char *path, size_t size)
{
    const char *parent = getenv("TMPDIR");
    snprintf(path, size, "%s/podshim-unit-XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(path)) {
        perror(path);
        exit(2);
    }
    return path;
}

#endif
