/* SPDX-License-Identifier: Apache-2.0 */
#include "podshim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

int errno_of(long result)
{
    return result < 0 ? -errno : (int)result;
}

int copy_text(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);
    if (length >= size)
        return -ENAMETOOLONG;
    memcpy(to, from, length + 1);
    return 0;
}

int join_path(char *to, size_t size, const char *directory, const char *name)
{
    int n = snprintf(to, size, "%s/%s", directory, name);
    return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

int write_all(int fd, const void *data, size_t size)
{
    const char *at = data;
    while (size > 0) {
        ssize_t n = write(fd, at, size);
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            at += n;
            size -= (size_t)n;
        }
    }
    return 0;
}

/* Written whole under another name, then renamed: a reader sees all of it or nothing. */
int write_exit_record(int exits_dir, const char *id, int status, const uint64_t times[2])
{
    char text[128];
    char temporary[ID_MAX + 8];
    bool exited = WIFEXITED(status);
    int code = exited ? WEXITSTATUS(status) : WTERMSIG(status);
    int n = snprintf(text, sizeof text, "1 %s %d %llu %llu\n", exited ? "exited" : "signaled", code,
                     (unsigned long long)times[0], (unsigned long long)times[1]);
    int m = snprintf(temporary, sizeof temporary, ".%s.tmp", id);
    if (n < 0 || m < 0)
        return -EINVAL;
    AUTO_CLOSE int fd =
        openat(exits_dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return -errno;
    int r = write_all(fd, text, (size_t)n);
    if (r < 0)
        return r;
    return errno_of(renameat(exits_dir, temporary, exits_dir, id));
}

/* By way of the directory's descriptor: a sockaddr holds 107 bytes, a path may be longer. */
int listen_at(const char *directory, const char *name)
{
    AUTO_CLOSE int dir = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return -errno;
    if (unlinkat(dir, name, 0) < 0 && errno != ENOENT)
        return -errno;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int n = snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    mode_t mask = umask(0177);
    int r = errno_of(bind(fd, (const struct sockaddr *)&address, sizeof address));
    umask(mask);
    if (r == 0)
        r = errno_of(listen(fd, 128));
    if (r < 0) {
        close(fd);
        return r;
    }
    return fd;
}
