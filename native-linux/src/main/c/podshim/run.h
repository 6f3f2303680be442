/* SPDX-License-Identifier: Apache-2.0 */
/* Running a program: in the pod itself, or in a stub and its clone. */
#ifndef RUN_H
#define RUN_H

#include "wire.h"

enum status_kind { STATUS_CLONED, STATUS_TTY, STATUS_FAILED, STATUS_TIMES };

/* What the stub and the clone send on the status channel (SOCK_SEQPACKET); its end means success.
 */
struct status {
    enum status_kind kind;
    pid_t pid; /* of the clone */
    struct failure failure;
};

/* The same, of a program that is timed: what each operation took, in units of 10 ns. */
struct times {
    enum status_kind kind;
    uint32_t count;
    uint32_t took[TIMED_MAX];
};

/* What a program can reach; one run, one process. */
struct run {
    const char *pod_id;
    int status_fd; /* -1 in the pod itself */
    int slots[SLOTS];
    int masks;  /* the one empty read-only tmpfs that hides directories; -1 until needed */
    int detail; /* of the step that runs */
    char text[FAILURE_TEXT_MAX];
    bool timed; /* until the times are sent */
    struct times times;
};

/* The pod's own parts, which programs of its containers join. */
struct pod_namespaces {
    int mounts;   /* -1 unless POD_MOUNTS was run */
    int pids;     /* -1 unless the pod has a pid namespace */
    pid_t reaper; /* PID 1 of that pid namespace, else 0 */
    int users;    /* -1 unless POD_USER_NAMESPACE was run */
    uid_t root;   /* id on the host of that namespace's root */
    gid_t group;  /* and of its group */
};
extern struct pod_namespaces pod_namespaces;

/* containers.c: the pidfd of a container's init, or -ESRCH. */
int container_pidfd(const char *id);

void start_run(struct run *run, int status_fd);
int run_program(struct run *run, struct cursor program, struct failure *failure);
pid_t fork_stub(const int stdio[3], int status_fd, struct cursor program, bool timed);
int send_with_fds(int socket, const void *data, size_t size, const int *fds, size_t count);
ssize_t receive_with_fds(int socket, void *data, size_t size, int *fds, size_t *count);

/* One function per operation; each returns 0 or -errno and fills run->detail and run->text if it
 * can say more. */
#define OP(code, name, args) int run_##name(struct run *run, const struct op *op);
#include "ops.def"
#undef OP

/* ops_namespace.c: in a child, becomes the root of the pod's user namespace if there is one. */
int become_pod_root(void);
int write_proc(const char *directory, const char *path, const char *text);

/* ops_process.c */
void own_stdio(uid_t uid, gid_t gid);
char **pointers(struct list list); /* mapped, with a NULL at the end; NULL if there is no room */

/* ops_path.c: paths in a root */
int root_fd(const struct run *run, uint64_t root);
int open_in(int root, const char *path, int flags);
int ensure_parent(int root, const char *path, mode_t mode, const char **name);
int slot_fd(const struct run *run, uint64_t slot);
int fill_slot(struct run *run, uint64_t slot, int fd);

#endif
