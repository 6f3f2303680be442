/* SPDX-License-Identifier: Apache-2.0 */
/* `podshim --zygote DIR`: forks a pod for each request; see docs/wire.md, section 2. */
#include "pod.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

enum { REQUEST_SECONDS = 10 };

extern char **environ;

/* Room for "podshim <id>" in the command line, which a pod writes over it. */
static char padding[] =
    "                                                                                        ";

static _Noreturn void die(const char *what, int err)
{
    (void)fprintf(stderr, "podshim: %s: %s\n", what, strerror(err));
    _exit(1);
}

/*
 * A container may open the binary of what enters its namespaces through /proc and write to it
 * (CVE-2019-5736), so the binary is a sealed copy in memory, which all pods share.
 */
static void run_from_sealed_copy(char **argv)
{
    AUTO_CLOSE int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int seals = self < 0 ? -1 : fcntl(self, F_GET_SEALS);
    if (seals >= 0 && seals & F_SEAL_WRITE)
        return;
    int copy = memfd_create("podshim", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
    if (copy < 0 && errno == EINVAL) /* before Linux 6.3 there was no MFD_EXEC */
        copy = memfd_create("podshim", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    struct stat st;
    if (self < 0 || copy < 0 || fstat(self, &st) < 0)
        die("copy itself into memory", errno);
    for (off_t at = 0; at < st.st_size;)
        if (sendfile(copy, self, &at, (size_t)(st.st_size - at)) <= 0)
            die("copy itself into memory", errno);
    if (fchmod(copy, 0500) < 0 ||
        fcntl(copy, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
        die("seal its copy", errno);
    char *padded[] = {argv[0], argv[1], argv[2], padding, NULL};
    syscall(SYS_execveat, copy, "", padded, environ, AT_EMPTY_PATH);
    die("run its copy", errno);
}

/* Over the arguments; a last byte that is not NUL makes the kernel show it up to its own NUL. */
static void show_as(const char *id, char **argv)
{
    char *from = argv[0];
    const char *end = argv[3] + strlen(argv[3]) + 1;
    size_t room = (size_t)(end - from);
    memset(from, ' ', room);
    (void)snprintf(from, room - 1, "podshim %s", id);
    prctl(PR_SET_NAME, "podshim");
}

static int read_request(int fd, unsigned char **payload, struct header *header)
{
    unsigned char head[HEADER_SIZE];
    struct timeval patience = {.tv_sec = REQUEST_SECONDS};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (recv(fd, head, sizeof head, MSG_WAITALL) != sizeof head || read_header(head, header) < 0 ||
        header->type != REQ_POD_CREATE)
        return -EPROTO;
    *payload = mmap(NULL, (size_t)header->length + 1, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (*payload == MAP_FAILED)
        return -errno;
    if (header->length == 0) /* for nothing, recv(2) would wait */
        return 0;
    ssize_t n = recv(fd, *payload, header->length, MSG_WAITALL);
    return n == (ssize_t)header->length ? 0 : -EPROTO;
}

static void reply(int fd, struct frame *f)
{
    end_frame(f, 0);
    (void)send(fd, f->data, f->size, MSG_NOSIGNAL);
}

static _Noreturn void fail_pod(int client, const struct failure *failure)
{
    unsigned char room[512];
    struct frame f = {.data = room, .room = sizeof room};
    begin_frame(&f, ANS_FAILED);
    put_u32(&f, failure->step);
    put_u16(&f, failure->code);
    put_u16(&f, failure->detail);
    put_u32(&f, (uint32_t)failure->err);
    put_str(&f, failure->text);
    reply(client, &f);
    if (pod_namespaces.reaper > 0)
        kill(pod_namespaces.reaper, SIGKILL);
    _exit(1);
}

static _Noreturn void refuse_pod(int client, const char *what)
{
    unsigned char room[256];
    struct frame f = {.data = room, .room = sizeof room};
    begin_frame(&f, ANS_REFUSED);
    put_str(&f, what);
    reply(client, &f);
    _exit(1);
}

/* Makes the sockets and directories of a pod whose namespaces are there. */
static int open_pod(const char *directory, int *listener)
{
    char path[4096];
    int r = join_path(path, sizeof path, directory, "exits");
    if (r < 0)
        return r;
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return -errno;
    exits_dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (exits_dir < 0)
        return -errno;
    *listener = listen_at(directory, "shim.sock");
    return *listener < 0 ? *listener : 0;
}

static _Noreturn void become_pod(int client, int lock, char **argv)
{
    unsigned char *payload = NULL;
    struct header header;
    if (read_request(client, &payload, &header) < 0)
        refuse_pod(client, "not a POD_CREATE");
    struct cursor in = {.at = payload, .end = payload + header.length};
    const char *id = get_str(&in);
    const char *directory = get_str(&in);
    struct cursor program = in;
    const char *wrong = check_program(&in, PROGRAM_POD);
    if (wrong || !at_end(&in) || !valid_id(id) || directory[0] != '/')
        refuse_pod(client, wrong ? wrong : "POD_CREATE does not parse");
    setsid();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    show_as(id, argv); /* now, since containers see the pod's PID 1, a fork of this */
    (void)signal(SIGCHLD, SIG_DFL);
    static struct run run;
    struct failure failure = {.step = UINT32_MAX};
    int listener = -1;
    start_run(&run, -1);
    if (run_program(&run, program, &failure) == 0)
        failure.err = -open_pod(directory, &listener);
    if (failure.err != 0)
        fail_pod(client, &failure);
    static char run_dir[4096];
    if (copy_text(run_dir, sizeof run_dir, directory) < 0)
        refuse_pod(client, "the run directory's name is too long");
    munmap(payload, (size_t)header.length + 1);
    close(lock);
    unsigned char room[32];
    struct frame f = {.data = room, .room = sizeof room};
    begin_frame(&f, ANS_CREATED);
    put_u32(&f, (uint32_t)getpid());
    reply(client, &f);
    close(client);
    supervise(listener, run_dir);
}

/* Neither the lease nor the log nor the working directory of the daemon is a pod's to hold. */
static void leave_daemon(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd <= 2; fd++)
        dup2(null, fd);
    close(null);
    (void)!chdir("/");
}

/* Until the daemon's end of standard input closes. */
static int serve(int listener, int lock, char **argv)
{
    struct pollfd waits[] = {{.fd = 0, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
    for (;;) {
        if (poll(waits, COUNT_OF(waits), -1) < 0 && errno != EINTR)
            return -errno;
        char byte;
        if (waits[0].revents && read(0, &byte, 1) == 0)
            return 0;
        int client = waits[1].revents ? accept4(listener, NULL, NULL, SOCK_CLOEXEC) : -1;
        if (client < 0)
            continue;
        pid_t child = fork();
        if (child == 0) {
            close(listener);
            leave_daemon();
            become_pod(client, lock, argv);
        }
        close(client);
    }
}

static void start_clean(void)
{
    sigset_t all;
    sigfillset(&all);
    const unsigned long defaults[8] = {0}; /* the C library hides two signals that may be ignored */
    for (int number = 1; number <= 64; number++)
        syscall(SYS_rt_sigaction, number, defaults, NULL, sizeof(uint64_t));
    (void)signal(SIGCHLD, SIG_IGN); /* the pods of a zygote are nobody's zombies */
    sigprocmask(SIG_SETMASK, &all, NULL);
    prctl(PR_SET_DUMPABLE, 0);
    umask(0); /* every file is made with the mode that it shall have */
}

int main(int argc, char **argv)
{
    if (argc < 3 || strcmp(argv[1], "--zygote") != 0) {
        (void)fprintf(
            stderr,
            "usage: podshim --zygote DIRECTORY\nIt is run by ristrettod; see docs/wire.md.\n");
        return 2;
    }
    run_from_sealed_copy(argv);
    start_clean();
    char path[4096];
    if (join_path(path, sizeof path, argv[2], "zygote.lock") < 0)
        die("open its lock", ENAMETOOLONG);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || flock(lock, LOCK_EX) < 0)
        die(path, errno);
    int listener = listen_at(argv[2], "zygote.sock");
    if (listener < 0)
        die("listen on zygote.sock", -listener);
    if (write_all(1, "ready\n", 6) < 0)
        die("say that it is ready", EPIPE);
    int r = serve(listener, lock, argv);
    if (join_path(path, sizeof path, argv[2], "zygote.sock") == 0)
        unlink(path);
    return r < 0 ? 1 : 0;
}
