/* SPDX-License-Identifier: Apache-2.0 */
#include "podshim.h"
#include "unit.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static void read_file(int dir, const char *name, char *text, size_t size)
{
    text[0] = 0;
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
    if (!CHECK(fd >= 0))
        return;
    ssize_t n = read(fd, text, size - 1);
    text[n > 0 ? n : 0] = 0;
    close(fd);
}

/* Wait statuses as the kernel writes them: code << 8, or the signal and 128 if there was a core. */
static void check_exit_records(const char *directory)
{
    static const struct {
        int status;
        const char *record;
    } cases[] = {
        {0, "1 exited 0 1760000000000000000 1760000001000000000\n"},
        {3 << 8, "1 exited 3 1760000000000000000 1760000001000000000\n"},
        {255 << 8, "1 exited 255 1760000000000000000 1760000001000000000\n"},
        {9, "1 signaled 9 1760000000000000000 1760000001000000000\n"},
        {11 | 128, "1 signaled 11 1760000000000000000 1760000001000000000\n"},
        {64, "1 signaled 64 1760000000000000000 1760000001000000000\n"},
    };
    static const uint64_t times[2] = {1760000000000000000U, 1760000001000000000U};
    int dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char text[256];
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CHECK_EQUAL(write_exit_record(dir, "c1", cases[i].status, times), 0);
        read_file(dir, "c1", text, sizeof text);
        CHECK_TEXT(text, cases[i].record);
    }
    struct stat st;
    CHECK_EQUAL(fstatat(dir, "c1", &st, 0), 0);
    CHECK_EQUAL(st.st_mode & 07777, 0600);
    CHECK(faccessat(dir, ".c1.tmp", F_OK, 0) < 0);
    CHECK_EQUAL(unlinkat(dir, "c1", 0), 0);
    CHECK_EQUAL(write_exit_record(-1, "c1", 0, times), -EBADF);
    close(dir);
}

/* The longest id still gets its record: its temporary name is longer than the id. */
static void check_record_of_longest_id(const char *directory)
{
    static const uint64_t times[2] = {1, 2};
    char id[ID_MAX + 1];
    char text[64];
    memset(id, 'z', ID_MAX);
    id[ID_MAX] = 0;
    int dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CHECK_EQUAL(write_exit_record(dir, id, 0, times), 0);
    read_file(dir, id, text, sizeof text);
    CHECK_TEXT(text, "1 exited 0 1 2\n");
    CHECK_EQUAL(unlinkat(dir, id, 0), 0);
    close(dir);
}

/* A link that waits under the temporary name must not be followed. */
static void check_record_follows_no_link(const char *directory)
{
    static const uint64_t times[2] = {1, 2};
    int dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CHECK_EQUAL(symlinkat("victim", dir, ".c1.tmp"), 0);
    CHECK(write_exit_record(dir, "c1", 0, times) < 0);
    CHECK(faccessat(dir, "victim", F_OK, 0) < 0);
    unlinkat(dir, ".c1.tmp", 0);
    close(dir);
}

static bool can_connect(const char *directory, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int dir = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", dir, name);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    close(dir);
    return connected;
}

static void check_listen(const char *directory)
{
    mode_t before = umask(0);
    int fd = listen_at(directory, "shim.sock");
    CHECK(fd >= 0);
    CHECK_EQUAL(umask(before), 0); /* left as it was */
    CHECK(can_connect(directory, "shim.sock"));
    CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
    struct stat st;
    char path[4096];
    CHECK_EQUAL(join_path(path, sizeof path, directory, "shim.sock"), 0);
    CHECK_EQUAL(stat(path, &st), 0);
    CHECK_EQUAL(st.st_mode & 07777, 0600);
    int again = listen_at(directory, "shim.sock"); /* the socket of a dead podshim is in the way */
    CHECK(again >= 0);
    CHECK(can_connect(directory, "shim.sock"));
    close(fd);
    close(again);
    CHECK(!can_connect(directory, "shim.sock"));
    CHECK_EQUAL(unlink(path), 0);
    CHECK_EQUAL(listen_at("/nonexistent", "shim.sock"), -ENOENT);
}

/* A socket's address has room for 107 bytes; a pod's run directory may be longer. */
static void check_listen_in_a_long_path(const char *directory)
{
    char path[1024];
    char name[160];
    memset(name, 'd', sizeof name - 1);
    name[sizeof name - 1] = 0;
    CHECK_EQUAL(join_path(path, sizeof path, directory, name), 0);
    CHECK_EQUAL(mkdir(path, 0700), 0);
    int fd = listen_at(path, "shim.sock");
    CHECK(fd >= 0);
    CHECK(can_connect(path, "shim.sock"));
    close(fd);
    char file[1200];
    CHECK_EQUAL(join_path(file, sizeof file, path, "shim.sock"), 0);
    CHECK_EQUAL(unlink(file), 0);
    CHECK_EQUAL(rmdir(path), 0);
}

static void check_texts(void)
{
    char small[8];
    CHECK_EQUAL(copy_text(small, sizeof small, "1234567"), 0);
    CHECK_TEXT(small, "1234567");
    CHECK_EQUAL(copy_text(small, sizeof small, "12345678"), -ENAMETOOLONG);
    CHECK_EQUAL(join_path(small, sizeof small, "abc", "def"), 0);
    CHECK_TEXT(small, "abc/def");
    CHECK_EQUAL(join_path(small, sizeof small, "abc", "defg"), -ENAMETOOLONG);
}

static void check_write_all(void)
{
    int ends[2];
    CHECK_EQUAL(pipe2(ends, O_CLOEXEC), 0);
    CHECK_EQUAL(write_all(ends[1], "hello", 5), 0);
    char text[8] = "";
    CHECK_EQUAL(read(ends[0], text, sizeof text), 5);
    CHECK_TEXT(text, "hello");
    CHECK_EQUAL(write_all(ends[1], "", 0), 0);
    close(ends[0]);
    close(ends[1]);
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    CHECK_EQUAL(write_all(full, "x", 1), -ENOSPC);
    close(full);
}

static void check_errno(void)
{
    errno = EACCES;
    CHECK_EQUAL(errno_of(-1), -EACCES);
    CHECK_EQUAL(errno_of(0), 0);
    CHECK_EQUAL(errno_of(7), 7);
    CHECK(now_ns() > 1700000000000000000U);
}

int main(void)
{
    char path[256];
    const char *directory = new_directory(path, sizeof path);
    check_exit_records(directory);
    check_record_of_longest_id(directory);
    check_record_follows_no_link(directory);
    check_listen(directory);
    check_listen_in_a_long_path(directory);
    check_texts();
    check_write_all();
    check_errno();
    CHECK_EQUAL(rmdir(directory), 0);
    return result("util");
}
