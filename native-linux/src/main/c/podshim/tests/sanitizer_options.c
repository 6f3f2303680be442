/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiled into the sanitized podshim only. A pod has no standard error, so reports go to files,
 * podshim-sanitizer.<pid> in the directory that the zygote was started in, where the tests look. No
 * leak check: it traces the process, which one that is not dumpable refuses; the tests count
 * descriptors, processes and memory instead.
 */
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPTIONS                                                                                    \
    "detect_leaks=0:abort_on_error=1:handle_abort=0:print_stacktrace=1:exitcode=99:log_path="

const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

/* Called before the sanitizer's own set-up, so by system call and without its functions. */
__attribute__((no_sanitize("address", "undefined"))) static const char *options(void)
{
    static char text[4096 + 256];
    static const char before[] = OPTIONS;
    static const char after[] = "/podshim-sanitizer";
    if (text[0])
        return text;
    char *at = text;
    for (size_t i = 0; before[i]; i++)
        *at++ = before[i];
    long length = syscall(SYS_getcwd, at, 4096);
    if (length > 1)
        at += length - 1;
    for (size_t i = 0; i < sizeof after; i++)
        *at++ = after[i];
    return text;
}

const char *__asan_default_options(void)
{
    return options();
}

const char *__ubsan_default_options(void)
{
    return options();
}
