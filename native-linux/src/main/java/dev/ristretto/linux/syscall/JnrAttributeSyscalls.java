// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import static dev.ristretto.linux.syscall.Native.LIBC;
import static dev.ristretto.linux.syscall.Native.answer;
import static dev.ristretto.linux.syscall.Native.bytes;
import static dev.ristretto.linux.syscall.Native.check;
import static dev.ristretto.linux.syscall.Native.failure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/** Owner, mode, times, extended attributes, and the file system below. */
interface JnrAttributeSyscalls extends FileSyscalls {
    /** What most attributes fit into. */
    int USUAL_XATTR = 256;

    /** XATTR_SIZE_MAX and XATTR_LIST_MAX: nothing is longer. */
    int MAX_XATTR = 65536;

    @Override
    default void fchownat(int dirfd, String path, int uid, int gid, int flags)
            throws SyscallException {
        var name = bytes("fchownat", path);
        check("fchownat", dirfd, path, answer(LIBC.fchownat(dirfd, name, uid, gid, flags)));
    }

    @Override
    default void fchmod(int fd, int mode) throws SyscallException {
        check("fchmod", fd, answer(LIBC.fchmod(fd, mode)));
    }

    @Override
    default void fchmodat(int dirfd, String path, int mode, int flags) throws SyscallException {
        var name = bytes("fchmodat", path);
        check("fchmodat", dirfd, path, answer(LIBC.fchmodat(dirfd, name, mode, flags)));
    }

    @Override
    default void utimensat(int dirfd, String path, TimeSpec accessed, TimeSpec modified, int flags)
            throws SyscallException {
        var name = bytes("utimensat", path);
        var times = TimeSpec.encode(accessed, modified);
        check("utimensat", dirfd, path, answer(LIBC.utimensat(dirfd, name, times, flags)));
    }

    @Override
    default FileStatus statx(int dirfd, String path, int flags) throws SyscallException {
        var name = bytes("statx", path);
        var struct = new byte[FileStatus.STRUCT_SIZE];
        var number = SyscallNumber.STATX.value();
        int mask = FileStatus.STATX_BASIC_STATS;
        check("statx", dirfd, path, answer(LIBC.syscall(number, dirfd, name, flags, mask, struct)));
        return FileStatus.decode(struct);
    }

    @Override
    default void lsetxattr(String path, String name, byte[] value, int flags)
            throws SyscallException {
        var file = bytes("lsetxattr", path);
        var key = bytes("lsetxattr", name);
        check(
                "lsetxattr " + name + " of",
                path,
                answer(LIBC.lsetxattr(file, key, value, value.length, flags)));
    }

    @Override
    default void fsetxattr(int fd, String name, byte[] value, int flags) throws SyscallException {
        var key = bytes("fsetxattr", name);
        check(
                "fsetxattr " + name + " of",
                fd,
                answer(LIBC.fsetxattr(fd, key, value, value.length, flags)));
    }

    @Override
    default byte[] lgetxattr(String path, String name) throws SyscallException {
        var file = bytes("lgetxattr", path);
        var key = bytes("lgetxattr", name);
        return filled(
                "lgetxattr",
                name + " of " + path,
                into -> answer(LIBC.lgetxattr(file, key, into, into.length)));
    }

    @Override
    default byte[] fgetxattr(int fd, String name) throws SyscallException {
        var key = bytes("fgetxattr", name);
        return filled(
                "fgetxattr",
                name + " of fd " + fd,
                into -> answer(LIBC.fgetxattr(fd, key, into, into.length)));
    }

    @Override
    default List<String> llistxattr(String path) throws SyscallException {
        var file = bytes("llistxattr", path);
        return names(
                filled(
                        "llistxattr",
                        path,
                        into -> answer(LIBC.llistxattr(file, into, into.length))));
    }

    @Override
    default List<String> flistxattr(int fd) throws SyscallException {
        return names(
                filled(
                        "flistxattr",
                        "fd " + fd,
                        into -> answer(LIBC.flistxattr(fd, into, into.length))));
    }

    @Override
    default void lremovexattr(String path, String name) throws SyscallException {
        var file = bytes("lremovexattr", path);
        var key = bytes("lremovexattr", name);
        check("lremovexattr", name + " of " + path, answer(LIBC.lremovexattr(file, key)));
    }

    @Override
    default FileSystemStatus statfs(String path) throws SyscallException {
        var name = bytes("statfs", path);
        var struct = new byte[FileSystemStatus.STRUCT_SIZE];
        check("statfs", path, answer(LIBC.statfs(name, struct)));
        return FileSystemStatus.decode(struct);
    }

    @Override
    default FileSystemStatus fstatfs(int fd) throws SyscallException {
        var struct = new byte[FileSystemStatus.STRUCT_SIZE];
        check("fstatfs", fd, answer(LIBC.fstatfs(fd, struct)));
        return FileSystemStatus.decode(struct);
    }

    /** Tries a small buffer, then one that everything fits into. */
    private static byte[] filled(String call, String object, ToLongFunction<byte[]> read)
            throws SyscallException {
        var buffer = new byte[USUAL_XATTR];
        long answer = read.applyAsLong(buffer);
        if (answer == -Errno.ERANGE.number()) {
            buffer = new byte[MAX_XATTR];
            answer = read.applyAsLong(buffer);
        }
        if (answer < 0) {
            throw failure(call, object, answer);
        }
        return Arrays.copyOf(buffer, (int) answer);
    }

    /** Splits names that each end with a NUL. */
    private static List<String> names(byte[] list) {
        var names = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < list.length; i++) {
            if (list[i] == 0) {
                names.add(KernelString.decode(Arrays.copyOfRange(list, start, i)));
                start = i + 1;
            }
        }
        return List.copyOf(names);
    }
}
