// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/**
 * The C library's functions as they are. Strings are bytes that end with a NUL.
 *
 * <p>Calls that glibc 2.28 or musl have no function for go through {@code syscall}, whose overloads
 * differ in the shape of their arguments.
 */
interface Libc {
    int openat(int dirfd, @In byte[] path, int flags, int mode);

    int close(int fd);

    long read(int fd, @Out ByteBuffer buffer, long count);

    long write(int fd, @In ByteBuffer buffer, long count);

    int mkdirat(int dirfd, @In byte[] path, int mode);

    int symlinkat(@In byte[] target, int dirfd, @In byte[] path);

    int linkat(int olddirfd, @In byte[] oldpath, int newdirfd, @In byte[] newpath, int flags);

    int unlinkat(int dirfd, @In byte[] path, int flags);

    int fchownat(int dirfd, @In byte[] path, int uid, int gid, int flags);

    int fchmod(int fd, int mode);

    int fchmodat(int dirfd, @In byte[] path, int mode, int flags);

    int utimensat(int dirfd, @In byte[] path, @In byte[] times, int flags);

    long readlinkat(int dirfd, @In byte[] path, @Out byte[] buffer, long size);

    int lsetxattr(@In byte[] path, @In byte[] name, @In byte[] value, long size, int flags);

    int fsetxattr(int fd, @In byte[] name, @In byte[] value, long size, int flags);

    long lgetxattr(@In byte[] path, @In byte[] name, @Out byte[] value, long size);

    long fgetxattr(int fd, @In byte[] name, @Out byte[] value, long size);

    long llistxattr(@In byte[] path, @Out byte[] list, long size);

    long flistxattr(int fd, @Out byte[] list, long size);

    int lremovexattr(@In byte[] path, @In byte[] name);

    int ftruncate(int fd, long length);

    int fsync(int fd);

    int fdatasync(int fd);

    int syncfs(int fd);

    int statfs(@In byte[] path, @Out byte[] status);

    int fstatfs(int fd, @Out byte[] status);

    int flock(int fd, int operation);

    int ioctl(int fd, long request, @In @Out byte[] argument);

    int mount(@In byte[] source, @In byte[] target, @In byte[] type, long flags, @In byte[] data);

    int umount2(@In byte[] target, int flags);

    int getpid();

    int geteuid();

    int kill(int pid, int signal);

    int poll(@In @Out byte[] fds, long count, int timeoutMillis);

    int setns(int fd, int types);

    int unshare(int flags);

    int prctl(int option, long arg2, long arg3, long arg4, long arg5);

    int socket(int domain, int type, int protocol);

    int bind(int fd, @In byte[] address, int length);

    int connect(int fd, @In byte[] address, int length);

    int getsockname(int fd, @Out byte[] address, @In @Out int[] length);

    int setsockopt(int fd, int level, int option, @In byte[] value, int length);

    int getsockopt(int fd, int level, int option, @Out byte[] value, @In @Out int[] length);

    long send(int fd, @In ByteBuffer message, long length, int flags);

    long recv(int fd, @Out ByteBuffer message, long length, int flags);

    /** gettid. */
    long syscall(long number);

    /** fsmount, pidfd_open. */
    long syscall(long number, int a, int b, int c);

    /** pidfd_send_signal. */
    long syscall(long number, int pidfd, int signal, long siginfo, int flags);

    /** fsopen, memfd_create. */
    long syscall(long number, @In byte[] name, int flags);

    /** bpf. */
    long syscall(long number, long command, @In @Out byte[] attributes, long size);

    /** getdents64. */
    long syscall(long number, int fd, @Out byte[] entries, long size);

    /** open_tree, fspick. */
    long syscall(long number, int dirfd, @In byte[] path, int flags);

    /** mknodat. */
    long syscall(long number, int dirfd, @In byte[] path, int mode, int device);

    /** openat2. */
    long syscall(long number, int dirfd, @In byte[] path, @In byte[] how, long size);

    /** statx. */
    long syscall(long number, int dirfd, @In byte[] path, int flags, int mask, @Out byte[] status);

    /** renameat2, move_mount. */
    long syscall(long number, int fromfd, @In byte[] from, int tofd, @In byte[] to, int flags);

    /** fsconfig. */
    long syscall(
            long number,
            int fsfd,
            int command,
            @In byte @Nullable [] key,
            @In byte @Nullable [] value,
            int aux);

    /** mount_setattr. */
    long syscall(
            long number, int dirfd, @In byte[] path, int flags, @In byte[] attributes, long size);
}
