/* SPDX-License-Identifier: Apache-2.0 */
/* Files and directories in a root: no link, "..", or rename of the image leads out of it. */
#include "run.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, RETRIES = 128, LINKS_MAX = 40 };

int slot_fd(const struct run *run, uint64_t slot)
{
    return slot < SLOTS && run->slots[slot] >= 0 ? run->slots[slot] : -EBADF;
}

int fill_slot(struct run *run, uint64_t slot, int fd)
{
    if (slot == 0 || slot >= SLOTS) {
        close(fd);
        return -EBADF;
    }
    close_fd(&run->slots[slot]);
    run->slots[slot] = fd;
    return 0;
}

/* The caller closes it. Slot 0 is opened each time: pivot_root changes what it means. */
int root_fd(const struct run *run, uint64_t root)
{
    if (root == 0)
        return errno_of(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    int fd = slot_fd(run, root);
    return fd < 0 ? fd : errno_of(fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

int open_in(int root, const char *path, int flags)
{
    long fd = -1;
    for (int i = 0; i < RETRIES && fd < 0; i++) {
        fd = sys_openat2(root, path, (uint64_t)(flags | O_CLOEXEC),
                         RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
        if (fd < 0 && errno != EAGAIN) /* EAGAIN: a rename raced with it */
            return -errno;
    }
    return errno_of(fd);
}

/* Where the link `name`, the end of `path`, leads to: a path in the root. */
static int link_target(int parent, const char *path, const char *name, char target[PATH_ROOM])
{
    char link[PATH_ROOM];
    ssize_t n = readlinkat(parent, name, link, sizeof link - 1);
    if (n < 0)
        return -errno;
    link[n] = 0;
    int directory = link[0] == '/' ? 0 : (int)(name - path);
    n = snprintf(target, PATH_ROOM, "%.*s%s", directory, path, link);
    return n < 0 || n >= PATH_ROOM ? -ENAMETOOLONG : 0;
}

/*
 * Opens a directory, making what is missing of it from the top down. A link of the image may lead
 * nowhere, /var/run to a missing /run: then what it leads to is made.
 */
static int ensure_dir(int root, const char *path, mode_t mode, int links)
{
    int here = open_in(root, path, O_PATH | O_DIRECTORY);
    if (here != -ENOENT)
        return here;
    char prefix[PATH_ROOM];
    char target[PATH_ROOM];
    int r = copy_text(prefix, sizeof prefix, path);
    if (r < 0)
        return r;
    here = open_in(root, "/", O_PATH | O_DIRECTORY);
    for (char *at = prefix + strspn(prefix, "/"); here >= 0 && *at;) {
        AUTO_CLOSE int parent = here;
        char *name = at;
        at += strcspn(at, "/");
        char slash = *at;
        *at = 0;
        if (mkdirat(parent, name, mode) < 0 && errno != EEXIST)
            return -errno;
        here = open_in(root, prefix, O_PATH | O_DIRECTORY);
        if (here == -ENOENT && links > 0) {
            here = link_target(parent, prefix, name, target);
            here = here < 0 ? here : ensure_dir(root, target, mode, links - 1);
        }
        *at = slash;
        at += strspn(at, "/");
    }
    return here;
}

/* The directory of a path, made if missing, and its last name. */
int ensure_parent(int root, const char *path, mode_t mode, const char **name)
{
    char directory[PATH_ROOM];
    int r = copy_text(directory, sizeof directory, path);
    if (r < 0)
        return r;
    char *slash = strrchr(directory, '/');
    *name = slash ? path + (slash - directory) + 1 : path;
    if (**name == 0 || strcmp(*name, ".") == 0 || strcmp(*name, "..") == 0)
        return -EINVAL;
    if (slash)
        *slash = 0;
    return ensure_dir(root, slash && directory[0] ? directory : "/", mode, LINKS_MAX);
}

int run_ENSURE_DIR(struct run *run, const struct op *op)
{
    AUTO_CLOSE int root = root_fd(run, op->args[0].u);
    if (root < 0)
        return root;
    AUTO_CLOSE int fd = ensure_dir(root, op->args[1].s, (mode_t)op->args[2].u, LINKS_MAX);
    return fd < 0 ? fd : 0;
}

static int ensure_file(int root, const char *path, mode_t mode, int links)
{
    AUTO_CLOSE int there = open_in(root, path, O_PATH);
    if (there != -ENOENT)
        return there < 0 ? there : 0;
    const char *name;
    AUTO_CLOSE int parent = ensure_parent(root, path, 0755, &name);
    if (parent < 0)
        return parent;
    AUTO_CLOSE int fd =
        openat(parent, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, mode);
    if (fd >= 0)
        return 0;
    if (errno != ELOOP || links == 0)
        return -errno;
    char target[PATH_ROOM] = ""; /* a link that leads nowhere, as in ensure_dir */
    int r = link_target(parent, path, name, target);
    return r < 0 ? r : ensure_file(root, target, mode, links - 1);
}

int run_ENSURE_FILE(struct run *run, const struct op *op)
{
    AUTO_CLOSE int root = root_fd(run, op->args[0].u);
    return root < 0 ? root : ensure_file(root, op->args[1].s, (mode_t)op->args[2].u, LINKS_MAX);
}

int run_SYMLINK(struct run *run, const struct op *op)
{
    AUTO_CLOSE int root = root_fd(run, op->args[0].u);
    if (root < 0)
        return root;
    const char *name;
    AUTO_CLOSE int parent = ensure_parent(root, op->args[2].s, 0755, &name);
    if (parent < 0)
        return parent;
    return symlinkat(op->args[1].s, parent, name) < 0 && errno != EEXIST ? -errno : 0;
}

int run_MKNOD(struct run *run, const struct op *op)
{
    AUTO_CLOSE int root = root_fd(run, op->args[0].u);
    if (root < 0)
        return root;
    const char *name;
    AUTO_CLOSE int parent = ensure_parent(root, op->args[1].s, 0755, &name);
    if (parent < 0)
        return parent;
    mode_t mask = umask(0);
    int r = errno_of(mknodat(parent, name, (mode_t)op->args[2].u, (dev_t)op->args[3].u));
    umask(mask);
    return r;
}

int run_CHOWN(struct run *run, const struct op *op)
{
    AUTO_CLOSE int root = root_fd(run, op->args[0].u);
    if (root < 0)
        return root;
    AUTO_CLOSE int fd = open_in(root, op->args[1].s, O_PATH | O_NOFOLLOW);
    return fd < 0 ? fd
                  : errno_of(fchownat(fd, "", (uid_t)op->args[2].u, (gid_t)op->args[3].u,
                                      AT_EMPTY_PATH));
}

int run_WRITE_FILE(struct run *run, const struct op *op)
{
    AUTO_CLOSE int root = root_fd(run, op->args[0].u);
    if (root < 0)
        return root;
    const char *name;
    AUTO_CLOSE int parent = ensure_parent(root, op->args[1].s, 0755, &name);
    if (parent < 0)
        return parent;
    AUTO_CLOSE int fd =
        openat(parent, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
               (mode_t)op->args[3].u);
    if (fd < 0)
        return -errno;
    struct stat st;
    if (fstat(fd, &st) < 0)
        return -errno;
    if (!S_ISREG(st.st_mode))
        return -EINVAL;
    if (ftruncate(fd, 0) < 0)
        return -errno;
    return write_all(fd, op->args[2].b.data, op->args[2].b.size);
}
