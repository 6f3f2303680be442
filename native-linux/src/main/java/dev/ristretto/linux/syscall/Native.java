// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * The loaded C library, its errno, and how a failed call becomes a {@link SyscallException}.
 *
 * <p>jnr-ffi keeps errno per carrier thread, so nothing at which a virtual thread could move to
 * another carrier may stand between a call and {@link #answer}: always write {@code
 * answer(LIBC.call(…))}, with the texts for the exception computed before or after it.
 */
final class Native {
    static {
        // By default jnr-ffi makes classes at run time, which a native executable cannot; the
        // reflective way costs 0.4 µs a call. One way everywhere: what is tested is what ships.
        // Read once, in the static initialiser of jnr-ffi's NativeLibraryLoader.
        System.setProperty("jnr.ffi.asm.enabled", "false");
    }

    static final Libc LIBC = library(Libc.class, "libc.so.6");

    private static final Runtime RUNTIME = Runtime.getRuntime(LIBC);

    static {
        // Loads every class on the way to errno now, not between a first call and its errno.
        answer(LIBC.close(-1));
    }

    private Native() {}

    /** Binds an interface to a shared library by its soname. */
    static <T> T library(Class<T> binding, String soname) {
        return LibraryLoader.create(binding).failImmediately().load(soname);
    }

    /** A call's result as the kernel gave it: below zero it is the negative error number. */
    static long answer(long result) {
        return result == -1 ? -LastError.getLastError(RUNTIME) : result;
    }

    /** Makes a call again while a signal interrupts it. The call contains its {@code answer}. */
    static long restarted(LongSupplier call) {
        long answer;
        do {
            answer = call.getAsLong();
        } while (answer == -Errno.EINTR.number());
        return answer;
    }

    static int check(String call, int fd, long answer) throws SyscallException {
        if (answer < 0) {
            throw failure(call, nameOf(fd), answer);
        }
        return (int) answer;
    }

    static int check(String call, String object, long answer) throws SyscallException {
        if (answer < 0) {
            throw failure(call, object, answer);
        }
        return (int) answer;
    }

    static int check(String call, int dirfd, String path, long answer) throws SyscallException {
        if (answer < 0) {
            throw failure(call, nameOf(dirfd, path), answer);
        }
        return (int) answer;
    }

    static SyscallException failure(String call, String object, long answer) {
        return new SyscallException(call, object, Errno.of((int) -answer));
    }

    /** A path for the kernel, with its NUL. */
    static byte[] bytes(String call, String text) throws SyscallException {
        try {
            var encoded = KernelString.encode(text);
            return Arrays.copyOf(encoded, encoded.length + 1);
        } catch (IllegalArgumentException e) {
            var failure = new SyscallException(call, text.replace("\0", "\\0"), Errno.EINVAL);
            failure.initCause(e);
            throw failure;
        }
    }

    /** Memory with an address, zeroed; free when nothing refers to it any more. */
    static Pointer memory(int size) {
        return Memory.allocateDirect(RUNTIME, size, true);
    }

    /** A buffer that jnr-ffi can read: it has no way to the array of a read-only one. */
    static ByteBuffer readable(ByteBuffer buffer) {
        if (buffer.isDirect() || buffer.hasArray()) {
            return buffer;
        }
        return ByteBuffer.allocate(buffer.remaining()).put(buffer.duplicate()).flip();
    }

    private static String nameOf(int dirfd, String path) {
        if (dirfd == FileFlags.AT_FDCWD || path.startsWith("/")) {
            return path;
        }
        return path.isEmpty() ? nameOf(dirfd) : nameOf(dirfd) + "/" + path;
    }

    /** What a descriptor stands for, asked of /proc only once a call has failed. */
    static String nameOf(int fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(fd)))
                    .toString();
        } catch (IOException e) {
            return "fd " + fd;
        }
    }
}
