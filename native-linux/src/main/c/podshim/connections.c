/* SPDX-License-Identifier: Apache-2.0 */
/* Conversations with the daemon. None can make the podshim wait, or grow beyond its bounds. */
#include "pod.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CHUNK = 32 << 10,         /* of an exec's output in one frame */
    OUT_ROOM = 64 << 10,      /* what a slow reader may owe; a watcher that owes more is cut */
    PAYLOADS_MAX = 64 << 20,  /* of all requests being read */
    TERMINAL_REST = 64 << 10, /* what a terminal may still hold when its process has ended */
    END_OF_TRANSMISSION = 4
};

enum connection_state { UNUSED, READING, STARTS, EXECUTES, WATCHES, CLOSES };

struct connection {
    struct source io;
    enum connection_state state;
    uint64_t since;
    unsigned char head[HEADER_SIZE];
    struct header header;
    size_t have;            /* of head and payload */
    unsigned char *payload; /* mapped while a frame is read, or its bytes wait for the process */
    size_t payload_at;
    unsigned char *out; /* mapped while the client is slow */
    size_t out_at, out_end;
    bool lost; /* the client went while its process was being made */
    struct launch exec;
    struct source outputs[2];
    struct source input;
    size_t left[2]; /* what to send of each output after the end */
};

static struct connection connections[CONNECTIONS_MAX];
static size_t connections_used;
static size_t payloads;
static struct source *paused_listener;
static unsigned char frame_room[HEADER_SIZE + CHUNK];

static void free_payload(struct connection *c)
{
    if (c->payload) {
        munmap(c->payload, c->header.length);
        payloads -= c->header.length;
    }
    c->payload = NULL;
    c->have = c->payload_at = 0;
}

static void kill_exec(const struct connection *c)
{
    if (c->exec.pid > 0 && !c->exec.ended) {
        kill(-c->exec.pid, SIGKILL); /* the session that it leads, if it made one */
        kill(c->exec.pid, SIGKILL);
    }
}

static void free_connection(struct connection *c)
{
    drop_source(&c->io);
    for (size_t i = 0; i < CONTAINERS_MAX; i++)
        if (containers[i].starter == c)
            containers[i].starter = NULL;
    for (int s = 0; s < 2; s++)
        drop_source(&c->outputs[s]);
    drop_source(&c->input);
    if (c->state == EXECUTES)
        kill_exec(c);
    if (c->exec.status.fd >= 0) { /* still being made: killed as soon as it has a name */
        c->lost = true;
        return;
    }
    free_payload(c);
    if (c->out)
        munmap(c->out, OUT_ROOM);
    *c = (struct connection){0};
    if (paused_listener)
        watch_source(paused_listener, EPOLLIN);
    paused_listener = NULL;
}

static bool owes(const struct connection *c)
{
    return c->out_at < c->out_end;
}

/* Reads the client while nothing waits for it or for its process. */
static void watch_connection(struct connection *c)
{
    bool made = c->state != EXECUTES || c->exec.status.fd < 0;
    bool reads = !c->payload || c->have < HEADER_SIZE + (size_t)c->header.length;
    uint32_t events = EPOLLRDHUP;
    if (c->state != CLOSES && made && reads)
        events |= EPOLLIN;
    if (owes(c))
        events |= EPOLLOUT;
    watch_source(&c->io, events);
    for (int s = 0; s < 2; s++)
        watch_source(&c->outputs[s], owes(c) || !made ? 0 : (uint32_t)EPOLLIN);
}

/* Sends what it can and keeps the rest; false if the client owes too much or is gone. */
static bool send_bytes(struct connection *c, const unsigned char *data, size_t size)
{
    ssize_t n = owes(c) ? 0 : send(c->io.fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
        return false;
    size_t sent = n > 0 ? (size_t)n : 0;
    if (sent == size)
        return true;
    if (!c->out) {
        c->out = mmap(NULL, OUT_ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (c->out == MAP_FAILED) {
            c->out = NULL;
            return false;
        }
        c->out_at = c->out_end = 0;
    }
    if (size - sent > OUT_ROOM - c->out_end)
        return false;
    memcpy(c->out + c->out_end, data + sent, size - sent);
    c->out_end += size - sent;
    watch_connection(c);
    return true;
}

static bool send_frame(struct connection *c, struct frame *f)
{
    end_frame(f, 0);
    return send_bytes(c, f->data, f->size);
}

static struct frame new_frame(enum frame_type type)
{
    struct frame f = {.data = frame_room, .room = sizeof frame_room};
    begin_frame(&f, type);
    return f;
}

/* The last frame of a conversation. */
static void conclude(struct connection *c, struct frame *f)
{
    bool sent = send_frame(c, f);
    if (!sent || !owes(c)) {
        free_connection(c);
        return;
    }
    c->state = CLOSES;
    watch_connection(c);
}

static void refuse(struct connection *c, const char *what)
{
    struct frame f = new_frame(ANS_REFUSED);
    put_str(&f, what);
    conclude(c, &f);
}

static void answer(struct connection *c, int r, const char *what)
{
    struct frame f = new_frame(r < 0 ? ANS_ERROR : ANS_OK);
    if (r < 0) {
        put_u32(&f, (uint32_t)-r);
        put_str(&f, r == -ESRCH   ? "no such running container"
                    : r == -EBUSY ? "it is running"
                                  : what);
    }
    conclude(c, &f);
}

static void put_failure(struct frame *f, const struct failure *failure)
{
    put_u32(f, failure->step);
    put_u16(f, failure->code);
    put_u16(f, failure->detail);
    put_u32(f, (uint32_t)failure->err);
    put_str(f, failure->text);
}

static struct frame launch_frame(const struct launch *launch)
{
    struct frame f = new_frame(launch->failed ? ANS_FAILED : ANS_STARTED);
    if (launch->failed) {
        put_failure(&f, &launch->failure);
    } else {
        put_u32(&f, (uint32_t)launch->pid);
        put_u64(&f, launch->times[0]);
    }
    return f;
}

void answer_started(struct connection *c, const struct launch *launch)
{
    struct frame f = launch_frame(launch);
    conclude(c, &f);
}

static void put_container(struct frame *f, const struct container *c)
{
    put_str(f, c->id);
    put_u32(f, c->state == EXITED ? 2 : c->state == RUNNING ? 1 : 0);
    put_u32(f, (uint32_t)c->launch.pid);
    put_u64(f, c->launch.times[0]);
    put_u32(f, c->state == EXITED ? (uint32_t)c->launch.wait_status : 0);
    put_u64(f, c->state == EXITED ? c->launch.times[1] : 0);
}

static bool send_container(struct connection *to, const struct container *c)
{
    struct frame f = new_frame(ANS_CONTAINER_STATE);
    put_container(&f, c);
    return send_frame(to, &f);
}

void tell_watchers(const struct container *container)
{
    for (size_t i = 0; i < connections_used; i++)
        if (connections[i].state == WATCHES && !send_container(&connections[i], container))
            free_connection(&connections[i]);
}

static void begin_watch(struct connection *c)
{
    c->state = WATCHES;
    bool sent = true;
    for (size_t i = 0; i < containers_used && sent; i++)
        if (containers[i].state != FREE)
            sent = send_container(c, &containers[i]);
    struct frame f = new_frame(ANS_WATCHING);
    if (!sent || !send_frame(c, &f))
        free_connection(c);
    else
        watch_connection(c);
}

static void answer_pod_state(struct connection *c)
{
    struct frame f = new_frame(ANS_POD_STATE);
    uint32_t count = 0;
    for (size_t i = 0; i < containers_used; i++)
        count += containers[i].state != FREE;
    put_u32(&f, (uint32_t)getpid());
    put_u32(&f, WIRE_VERSION);
    put_u32(&f, count);
    for (size_t i = 0; i < containers_used; i++)
        if (containers[i].state != FREE)
            put_container(&f, &containers[i]);
    conclude(c, &f);
}

/* --- exec --- */

static void conclude_exec(struct connection *c)
{
    bool rest = c->left[0] > 0 || c->left[1] > 0;
    if (!c->exec.ended || c->exec.status.fd >= 0 || rest || owes(c))
        return;
    struct frame f = new_frame(ANS_EXITED);
    put_u32(&f, (uint32_t)c->exec.wait_status);
    put_u64(&f, c->exec.times[1]);
    conclude(c, &f);
}

static void exec_output(struct source *source, uint32_t events)
{
    (void)events;
    struct connection *c = source->owner;
    int s = source == &c->outputs[1];
    size_t wanted = c->exec.ended && c->left[s] < CHUNK ? c->left[s] : CHUNK;
    ssize_t n = read(source->fd, frame_room + HEADER_SIZE, wanted);
    if (n < 0 && errno == EINTR)
        return;
    if (n <= 0) {
        if (n < 0 && errno == EAGAIN && !c->exec.ended)
            return;
        drop_source(source);
        c->left[s] = 0;
    } else {
        struct frame f = new_frame(s ? DATA_STDERR : DATA_STDOUT);
        f.size += (size_t)n;
        if (!send_frame(c, &f)) {
            free_connection(c);
            return;
        }
        c->left[s] -= c->exec.ended ? (size_t)n : 0;
        if (c->exec.ended && c->left[s] == 0)
            drop_source(source);
    }
    conclude_exec(c);
}

/* What its pipes hold now is still sent, even if a child of it goes on writing. */
static void exec_is_over(struct connection *c)
{
    for (int s = 0; s < 2; s++) {
        int held = 0;
        if (c->outputs[s].fd >= 0 && c->exec.master >= 0)
            held = TERMINAL_REST;
        else if (c->outputs[s].fd >= 0 && ioctl(c->outputs[s].fd, FIONREAD, &held) < 0)
            held = 0;
        c->left[s] = (size_t)held;
        if (held == 0)
            drop_source(&c->outputs[s]);
    }
    for (int s = 0; s < 2 && c->state == EXECUTES; s++)
        if (c->left[s] > 0 && !owes(c))
            exec_output(&c->outputs[s], EPOLLIN);
    if (c->state == EXECUTES)
        conclude_exec(c);
}

bool exec_ended(pid_t pid, int status, uint64_t time)
{
    for (size_t i = 0; i < connections_used; i++) {
        struct connection *c = &connections[i];
        if (c->state != EXECUTES || c->exec.pid != pid || c->exec.ended)
            continue;
        c->exec.ended = true;
        c->exec.wait_status = status;
        c->exec.times[1] = time;
        if (c->exec.status.fd < 0)
            exec_is_over(c);
        return true;
    }
    return false;
}

void kill_execs(void)
{
    for (size_t i = 0; i < connections_used; i++)
        if (connections[i].state == EXECUTES)
            kill_exec(&connections[i]);
}

bool launches_pending(void)
{
    for (size_t i = 0; i < containers_used; i++)
        if (containers[i].state == STARTING)
            return true;
    for (size_t i = 0; i < connections_used; i++)
        if (connections[i].state == EXECUTES && connections[i].exec.status.fd >= 0)
            return true;
    return false;
}

/* What the client sent for the process, as far as the process takes it. */
static void feed_input(struct connection *c)
{
    size_t size = c->header.length;
    while (c->input.fd >= 0 && c->payload_at < size) {
        ssize_t n = write(c->input.fd, c->payload + c->payload_at, size - c->payload_at);
        if (n < 0 && errno == EAGAIN) {
            watch_source(&c->input, EPOLLOUT);
            watch_connection(c);
            return;
        }
        if (n < 0 && errno != EINTR)
            drop_source(&c->input); /* it reads no more: the rest is for nobody */
        c->payload_at += n > 0 ? (size_t)n : 0;
    }
    watch_source(&c->input, 0);
    free_payload(c);
    watch_connection(c);
}

static void input_ready(struct source *source, uint32_t events)
{
    (void)events;
    feed_input(source->owner);
}

static void exec_done(struct launch *launch)
{
    struct connection *c = launch->owner;
    struct frame f = launch_frame(launch);
    if (launch->failed && !c->lost) {
        conclude(c, &f);
        return;
    }
    if (launch->master >= 0) {
        fcntl(launch->master, F_SETFL, O_NONBLOCK);
        drop_source(&c->outputs[0]);
        drop_source(&c->input);
        c->outputs[0].fd = launch->master;
        c->input.fd = fcntl(launch->master, F_DUPFD_CLOEXEC, 3);
    }
    if (c->lost || !send_frame(c, &f)) {
        free_connection(c);
        return;
    }
    watch_connection(c);
    if (launch->ended)
        exec_is_over(c);
}

static int begin_exec(struct connection *c, uint32_t flags, struct cursor program)
{
    int ours[3];
    int theirs[3];
    int ends[2];
    int r = open_stdio(flags, ours, theirs);
    if (r < 0)
        return r;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
        r = -errno;
    } else {
        r = fork_stub(theirs, ends[1], program);
        close(ends[1]);
        if (r < 0)
            close(ends[0]);
    }
    close_all(theirs, 3);
    if (r < 0) {
        close_all(ours, 3);
        return r;
    }
    c->state = EXECUTES;
    c->input = (struct source){.fd = ours[0], .ready = input_ready, .owner = c};
    for (int s = 0; s < 2; s++)
        c->outputs[s] = (struct source){.fd = ours[s + 1], .ready = exec_output, .owner = c};
    c->exec.done = exec_done;
    c->exec.owner = c;
    begin_launch(&c->exec, ends[0]);
    return 0;
}

/* --- requests --- */

static void request_exec(struct connection *c, struct cursor in)
{
    const char *id = get_str(&in);
    uint32_t flags = get_u32(&in);
    get_u32(&in); /* rows and columns: the program's TTY operation has them */
    get_u32(&in);
    struct cursor program = in;
    const char *wrong = check_program(&in, PROGRAM_PROCESS);
    if (wrong || !at_end(&in) || !valid_id(id) || flags > STDIO_ALL) {
        refuse(c, wrong ? wrong : "EXEC does not parse");
        return;
    }
    int r = container_pidfd(id) < 0 ? -ESRCH : begin_exec(c, flags, program);
    free_payload(c);
    if (r < 0)
        answer(c, r, "exec");
    else
        watch_connection(c);
}

static void request_start(struct connection *c, struct cursor in)
{
    const char *id = get_str(&in);
    const char *log_path = get_str(&in);
    uint32_t flags = get_u32(&in);
    struct cursor program = in;
    const char *wrong = check_program(&in, PROGRAM_PROCESS);
    if (wrong || !at_end(&in) || !valid_id(id) || flags > STDIO_ALL) {
        refuse(c, wrong ? wrong : "CONTAINER_START does not parse");
        return;
    }
    c->state = STARTS;
    int r = start_container(c, id, log_path, flags, program);
    free_payload(c);
    if (r < 0)
        answer(c, r, r == -EALREADY ? "already started" : "open its log or its pipes");
    else
        watch_connection(c);
}

/* Requests that name a container and one thing more. */
static void request_simple(struct connection *c, struct cursor in)
{
    const char *id = get_str(&in);
    bool prepare = c->header.type == REQ_PREPARE;
    bool reopen = c->header.type == REQ_REOPEN_LOG;
    bool signal = c->header.type == REQ_SIGNAL;
    struct list attach = prepare ? get_list(&in) : (struct list){0};
    const char *path = reopen ? get_str(&in) : "";
    uint32_t number = signal ? get_u32(&in) : 0;
    if (!at_end(&in) || !valid_id(id) || number > 64) {
        refuse(c, "the request does not parse");
        return;
    }
    int r = prepare  ? prepare_container(id, attach)
            : reopen ? reopen_container_log(id, path)
            : signal ? signal_container(id, (int)number)
                     : forget_container(id);
    answer(c, r, prepare ? "prepare" : reopen ? "open its log" : signal ? "signal" : "forget");
}

static struct cursor payload_of(const struct connection *c)
{
    const unsigned char *at = c->payload ? c->payload : c->head;
    return (struct cursor){.at = at, .end = at + c->header.length};
}

static void handle_request(struct connection *c)
{
    struct cursor in = payload_of(c);
    switch (c->header.type) {
    case REQ_START:
        request_start(c, in);
        return;
    case REQ_EXEC:
        request_exec(c, in);
        return;
    case REQ_PREPARE:
    case REQ_SIGNAL:
    case REQ_REOPEN_LOG:
    case REQ_FORGET:
        request_simple(c, in);
        return;
    default:
        break;
    }
    bool empty = c->header.length == 0;
    if (empty && c->header.type == REQ_POD_STATUS) {
        answer_pod_state(c);
    } else if (empty && c->header.type == REQ_WATCH) {
        free_payload(c);
        begin_watch(c);
    } else if (empty && c->header.type == REQ_SHUTDOWN) {
        pod_ends();
        answer(c, 0, "");
    } else {
        refuse(c, "unknown request");
    }
}

/* A frame of a client whose exec'd process runs. */
static void handle_exec_frame(struct connection *c)
{
    struct cursor in = payload_of(c);
    uint32_t first = c->header.type == DATA_STDIN ? 0 : get_u32(&in);
    uint32_t second = c->header.type == DATA_RESIZE ? get_u32(&in) : 0;
    const unsigned char end = END_OF_TRANSMISSION;
    if (c->header.type == DATA_STDIN) {
        feed_input(c);
        return;
    }
    if (c->header.type == DATA_STDIN_END && c->header.length == 0) {
        if (c->exec.master < 0)
            drop_source(&c->input);
        else if (c->input.fd >= 0)
            (void)!write(c->input.fd, &end, 1);
    } else if (c->header.type == DATA_RESIZE && at_end(&in)) {
        struct winsize size = {.ws_row = (unsigned short)first, .ws_col = (unsigned short)second};
        if (c->exec.master >= 0 && c->input.fd >= 0)
            ioctl(c->input.fd, TIOCSWINSZ, &size);
    } else if (c->header.type == DATA_SIGNAL && at_end(&in) && first <= 64) {
        kill(-c->exec.pid, (int)first);
    } else {
        free_connection(c); /* the lease of what does not keep to the protocol ends */
        return;
    }
    free_payload(c);
    watch_connection(c);
}

/* Reads on; 1 once a frame is whole, 0 if there is more to come, -1 if the client is gone or wrong.
 */
static int read_frame(struct connection *c)
{
    bool head = c->have < HEADER_SIZE;
    unsigned char *to = head ? c->head + c->have : c->payload + (c->have - HEADER_SIZE);
    size_t wanted = (head ? HEADER_SIZE : HEADER_SIZE + (size_t)c->header.length) - c->have;
    ssize_t n = wanted == 0 ? 0 : read(c->io.fd, to, wanted);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (n <= 0 && wanted > 0)
        return -1;
    c->have += (size_t)n;
    if (head && c->have == HEADER_SIZE) {
        if (read_header(c->head, &c->header) < 0 || payloads + c->header.length > PAYLOADS_MAX)
            return -1;
        if (c->header.length == 0)
            return 1;
        c->payload = mmap(NULL, c->header.length, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (c->payload == MAP_FAILED) {
            c->payload = NULL;
            return -1;
        }
        payloads += c->header.length;
        return read_frame(c);
    }
    return c->have == HEADER_SIZE + (size_t)c->header.length ? 1 : 0;
}

static void connection_ready(struct source *source, uint32_t events)
{
    struct connection *c = source->owner;
    if (events & EPOLLOUT && owes(c)) {
        ssize_t n = send(source->fd, c->out + c->out_at, c->out_end - c->out_at,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        c->out_at += n > 0 ? (size_t)n : 0;
        if (!owes(c)) {
            munmap(c->out, OUT_ROOM);
            c->out = NULL;
            c->out_at = c->out_end = 0;
            watch_connection(c);
            if (c->state == CLOSES)
                free_connection(c);
            else if (c->state == EXECUTES)
                conclude_exec(c);
            return;
        }
    }
    if (!(events & EPOLLIN)) {
        if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
            free_connection(c);
        return;
    }
    int r = read_frame(c);
    if (r > 0 && c->state == READING)
        handle_request(c);
    else if (r > 0 && c->state == EXECUTES && c->exec.status.fd < 0)
        handle_exec_frame(c);
    else if (r < 0 && c->state == READING && c->have == HEADER_SIZE)
        refuse(c,
               "the frame is too long, of another version, or comes when too many others are read");
    else if (r != 0)
        free_connection(c);
}

static struct connection *free_place(void)
{
    struct connection *oldest = NULL;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *c = &connections[i];
        if (c->state == UNUSED) {
            connections_used = i < connections_used ? connections_used : i + 1;
            return c;
        }
        if (c->state == READING && (!oldest || c->since < oldest->since))
            oldest = c;
    }
    if (oldest)
        free_connection(oldest); /* it has not even asked yet */
    return oldest;
}

void accept_connection(struct source *listener, uint32_t events)
{
    (void)events;
    struct connection *c = free_place();
    if (!c) {
        watch_source(listener, 0); /* until one of them ends */
        paused_listener = listener;
        return;
    }
    int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    *c = (struct connection){.state = READING, .since = now_ns()};
    c->io = (struct source){.fd = fd, .ready = connection_ready, .owner = c};
    c->outputs[0].fd = c->outputs[1].fd = c->input.fd = c->exec.status.fd = c->exec.master = -1;
    watch_connection(c);
    connection_ready(&c->io, EPOLLIN); /* the request is usually there already */
}
