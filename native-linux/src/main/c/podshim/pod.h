/* SPDX-License-Identifier: Apache-2.0 */
/* A pod's podshim while it supervises: one thread, one epoll, nothing that blocks on a client. */
#ifndef POD_H
#define POD_H

#include "log.h"
#include "run.h"

enum { CONTAINERS_MAX = 256, CONNECTIONS_MAX = 512, RETRY_MS = 200, SETTLE_MS = 10 };

/* A descriptor that epoll watches. */
struct source {
    int fd;
    uint32_t events; /* 0: not watched */
    void (*ready)(struct source *source, uint32_t events);
    void *owner;
};

struct connection;

/* A stub on its way to becoming a process. */
struct launch {
    struct source status;
    pid_t pid;  /* of the clone, 0 until it is known */
    int master; /* of its terminal, else -1; once it is launched, its owner's to close */
    bool failed;
    struct failure failure;
    bool ended; /* the process was reaped */
    int wait_status;
    uint64_t times[2];                                               /* started, finished */
    void (*timed)(struct launch *launch, const struct times *times); /* NULL: not to be timed */
    void (*done)(struct launch *launch);                             /* the status channel ended */
    void *owner;
};

enum container_state { FREE, STARTING, RUNNING, EXITED };

struct container {
    char id[ID_MAX + 1];
    enum container_state state;
    int pidfd;
    uint32_t flags;
    struct source input;  /* what writes to its standard input */
    unsigned char *shown; /* frames for attached clients, mapped while there are any */
    size_t shown_size;
    struct launch launch;
    struct log_file log;
    struct log_stream streams[2];
    struct source outputs[2];
    bool quiet; /* its outputs are not read until its log is reopened */
    uint64_t reopened_ns;
    struct connection *starter;
};

/* loop.c */
void watch_source(struct source *source, uint32_t events);
void drop_source(struct source *source); /* stops watching and closes */
int launch_stub(struct launch *launch, const int theirs[3], struct cursor program);
int open_stdio(uint32_t flags, int ours[3], int theirs[3]);
void close_all(int *fds, size_t count);
_Noreturn void supervise(int listener, const char *run_dir);
void pod_ends(void);

/* containers.c */
extern struct container containers[CONTAINERS_MAX];
extern size_t containers_used; /* none is beyond */
extern int exits_dir;
struct container *find_container(const char *id);
int start_container(struct connection *starter, const char *id, const char *log_path,
                    uint32_t flags, struct cursor program);
void answer_times(struct connection *c, const struct times *times);
int signal_container(const char *id, int signal);
int forget_container(const char *id);
void container_ended(struct container *c);
void retry_stalled_logs(void);
void watch_outputs(struct container *c);
void drain_outputs(struct container *c);
void kill_containers(void);

/* rotate.c */
bool logs_settle(void); /* whether settle_logs has something to wait for, each SETTLE_MS */
void settle_logs(void);
bool log_is_new(const struct container *c);
void end_quiet(struct container *c);

/* connections.c, requests.c, exec.c */
void accept_connection(struct source *listener, uint32_t events);
void answer_started(struct connection *c, const struct launch *launch);
void tell_watchers(const struct container *c);
bool exec_ended(pid_t pid, int status, uint64_t time);
void kill_execs(void);
bool launches_pending(void);

/* attach.c */
void show_output(struct container *c, bool error, const char *data, size_t size);
void show_end(struct container *c);
void detach_all(const struct container *c);
void container_input_ready(struct source *source, uint32_t events);
bool clients_behind(void);
void cut_clients_behind(void);

#endif
