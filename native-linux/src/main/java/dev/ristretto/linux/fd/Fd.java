// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.fd;

import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.OpenHow;
import dev.ristretto.linux.syscall.SyscallException;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** An open file descriptor with one owner, closed once. */
public final class Fd implements AutoCloseable {
    private static final int CLOSED = -1;

    private final LinuxSyscalls linux;
    private final AtomicInteger number;

    private Fd(LinuxSyscalls linux, int number) {
        this.linux = linux;
        this.number = new AtomicInteger(number);
    }

    /** Takes over a descriptor that a call has just returned. */
    public static Fd owned(LinuxSyscalls linux, int number) {
        if (number < 0) {
            throw new IllegalArgumentException("%d is no file descriptor".formatted(number));
        }
        return new Fd(linux, number);
    }

    /** Opens a path, close-on-exec. */
    public static Fd open(LinuxSyscalls linux, Path path, int flags) throws SyscallException {
        int mode = 0;
        return owned(
                linux,
                linux.openat(
                        FileFlags.AT_FDCWD, path.toString(), flags | FileFlags.O_CLOEXEC, mode));
    }

    /** Opens a path below this directory with openat2(2), close-on-exec. */
    public Fd openBelow(String path, OpenHow how) throws SyscallException {
        var closing = new OpenHow(how.flags() | FileFlags.O_CLOEXEC, how.mode(), how.resolve());
        return owned(linux, linux.openat2(number(), path, closing));
    }

    /**
     * The number, for a system call; it stays owned by this object.
     *
     * @throws IllegalStateException after {@link #close} or {@link #release}
     */
    public int number() {
        int current = number.get();
        if (current == CLOSED) {
            throw new IllegalStateException("the file descriptor is closed");
        }
        return current;
    }

    /** Where java.nio finds it while it is open; a path that only this process can use. */
    public Path procPath() {
        return Path.of("/proc/self/fd", Integer.toString(number()));
    }

    /** Gives the number away: closing it is now the caller's task. */
    public int release() {
        int current = number();
        number.set(CLOSED);
        return current;
    }

    @Override
    public void close() throws SyscallException {
        int current = number.getAndSet(CLOSED);
        if (current != CLOSED) {
            linux.close(current);
        }
    }
}
