// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import static dev.ristretto.linux.syscall.Native.LIBC;
import static dev.ristretto.linux.syscall.Native.answer;
import static dev.ristretto.linux.syscall.Native.bytes;
import static dev.ristretto.linux.syscall.Native.check;
import static dev.ristretto.linux.syscall.Native.restarted;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Names, descriptors and content. */
interface JnrFileSyscalls extends FileSyscalls {
    /** PATH_MAX: no link's target is longer. */
    int MAX_LINK = 4096;

    /** What glibc's readdir(3) takes too: about a thousand short names. */
    int ENTRIES_SIZE = 32 * 1024;

    /** The numbers say long, but the kernel reads and writes an int. */
    long FS_IOC_GETFLAGS = 0x80086601L;

    long FS_IOC_SETFLAGS = 0x40086602L;

    @Override
    default int openat(int dirfd, String path, int flags, int mode) throws SyscallException {
        var name = bytes("openat", path);
        return check(
                "openat",
                dirfd,
                path,
                restarted(() -> answer(LIBC.openat(dirfd, name, flags, mode))));
    }

    @Override
    default int openat2(int dirfd, String path, OpenHow how) throws SyscallException {
        var name = bytes("openat2", path);
        var struct = how.encode();
        var number = SyscallNumber.OPENAT2.value();
        long answer =
                restarted(() -> answer(LIBC.syscall(number, dirfd, name, struct, OpenHow.SIZE)));
        // An absolute path starts at dirfd too when it is confined to it.
        var shown = how.confined() ? path.replaceFirst("^/+", "") : path;
        return check("openat2", dirfd, shown, answer);
    }

    @Override
    default void close(int fd) throws SyscallException {
        long answer = answer(LIBC.close(fd));
        // Linux has released the descriptor even when it was interrupted.
        if (answer != -Errno.EINTR.number()) {
            check("close", fd, answer);
        }
    }

    @Override
    default int read(int fd, ByteBuffer into) throws SyscallException {
        int n = check("read", fd, restarted(() -> answer(LIBC.read(fd, into, into.remaining()))));
        into.position(into.position() + n);
        return n;
    }

    @Override
    default int write(int fd, ByteBuffer from) throws SyscallException {
        var bytes = Native.readable(from);
        int n =
                check(
                        "write",
                        fd,
                        restarted(() -> answer(LIBC.write(fd, bytes, bytes.remaining()))));
        from.position(from.position() + n);
        return n;
    }

    @Override
    default void mkdirat(int dirfd, String path, int mode) throws SyscallException {
        var name = bytes("mkdirat", path);
        check("mkdirat", dirfd, path, answer(LIBC.mkdirat(dirfd, name, mode)));
    }

    @Override
    default void mknodat(int dirfd, String path, int mode, DeviceNumber device)
            throws SyscallException {
        var name = bytes("mknodat", path);
        var number = SyscallNumber.MKNODAT.value();
        check(
                "mknodat",
                dirfd,
                path,
                answer(LIBC.syscall(number, dirfd, name, mode, device.encode())));
    }

    @Override
    default void symlinkat(String target, int newdirfd, String path) throws SyscallException {
        var content = bytes("symlinkat", target);
        var name = bytes("symlinkat", path);
        check("symlinkat", newdirfd, path, answer(LIBC.symlinkat(content, newdirfd, name)));
    }

    @Override
    default void linkat(int olddirfd, String oldpath, int newdirfd, String newpath, int flags)
            throws SyscallException {
        var from = bytes("linkat", oldpath);
        var to = bytes("linkat", newpath);
        check(
                "linkat",
                newdirfd,
                newpath,
                answer(LIBC.linkat(olddirfd, from, newdirfd, to, flags)));
    }

    @Override
    default void unlinkat(int dirfd, String path, int flags) throws SyscallException {
        var name = bytes("unlinkat", path);
        check("unlinkat", dirfd, path, answer(LIBC.unlinkat(dirfd, name, flags)));
    }

    @Override
    default void renameat2(int olddirfd, String oldpath, int newdirfd, String newpath, int flags)
            throws SyscallException {
        var from = bytes("renameat2", oldpath);
        var to = bytes("renameat2", newpath);
        var number = SyscallNumber.RENAMEAT2.value();
        check(
                "renameat2",
                newdirfd,
                newpath,
                answer(LIBC.syscall(number, olddirfd, from, newdirfd, to, flags)));
    }

    @Override
    default String readlinkat(int dirfd, String path) throws SyscallException {
        var name = bytes("readlinkat", path);
        var buffer = new byte[MAX_LINK];
        int n =
                check(
                        "readlinkat",
                        dirfd,
                        path,
                        answer(LIBC.readlinkat(dirfd, name, buffer, buffer.length)));
        return KernelString.decode(Arrays.copyOf(buffer, n));
    }

    @Override
    default List<DirectoryEntry> getdents64(int fd) throws SyscallException {
        var number = SyscallNumber.GETDENTS64.value();
        var buffer = new byte[ENTRIES_SIZE];
        List<DirectoryEntry> entries;
        int length;
        do {
            length =
                    check(
                            "getdents64",
                            fd,
                            answer(LIBC.syscall(number, fd, buffer, (long) buffer.length)));
            entries = DirectoryEntry.decode(buffer, length);
        } while (length > 0 && entries.isEmpty());
        return entries;
    }

    @Override
    default int inodeFlags(int fd) throws SyscallException {
        var flags = new byte[Long.BYTES];
        check("ioctl FS_IOC_GETFLAGS", fd, answer(LIBC.ioctl(fd, FS_IOC_GETFLAGS, flags)));
        return ByteBuffer.wrap(flags).order(ByteOrder.nativeOrder()).getInt();
    }

    @Override
    default void setInodeFlags(int fd, int flags) throws SyscallException {
        var argument =
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putInt(0, flags)
                        .array();
        check("ioctl FS_IOC_SETFLAGS", fd, answer(LIBC.ioctl(fd, FS_IOC_SETFLAGS, argument)));
    }

    @Override
    default void ftruncate(int fd, long length) throws SyscallException {
        check("ftruncate", fd, restarted(() -> answer(LIBC.ftruncate(fd, length))));
    }

    @Override
    default void fsync(int fd) throws SyscallException {
        check("fsync", fd, restarted(() -> answer(LIBC.fsync(fd))));
    }

    @Override
    default void fdatasync(int fd) throws SyscallException {
        check("fdatasync", fd, restarted(() -> answer(LIBC.fdatasync(fd))));
    }

    @Override
    default void syncfs(int fd) throws SyscallException {
        check("syncfs", fd, answer(LIBC.syncfs(fd)));
    }

    @Override
    default void flock(int fd, int operation) throws SyscallException {
        check("flock", fd, restarted(() -> answer(LIBC.flock(fd, operation))));
    }

    @Override
    default int memfd_create(String name, int flags) throws SyscallException {
        var encoded = bytes("memfd_create", name);
        var number = SyscallNumber.MEMFD_CREATE.value();
        return check("memfd_create", name, answer(LIBC.syscall(number, encoded, flags)));
    }
}
