// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.fd;

import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;
import dev.ristretto.linux.syscall.SyscallException;

import java.time.Duration;
import java.util.Optional;

/** A process, by a descriptor: its pid may be reused, this stays the same process. */
public final class Pidfd implements AutoCloseable {
    private final LinuxSyscalls linux;
    private final int pid;
    private final Fd fd;

    private Pidfd(LinuxSyscalls linux, int pid, Fd fd) {
        this.linux = linux;
        this.pid = pid;
        this.fd = fd;
    }

    /**
     * The process that has this pid now, empty if none has. To be sure that it is the one meant,
     * check afterwards something that its successor would not have.
     */
    public static Optional<Pidfd> open(LinuxSyscalls linux, int pid) throws SyscallException {
        try {
            return Optional.of(new Pidfd(linux, pid, Fd.owned(linux, linux.pidfd_open(pid, 0))));
        } catch (SyscallException e) {
            if (e.is(Errno.ESRCH)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public int pid() {
        return pid;
    }

    /** For setns(2) and the like; stays owned by this object. */
    public int number() {
        return fd.number();
    }

    /** Sends a signal; false if the process has ended. */
    public boolean signal(int signal) throws SyscallException {
        try {
            linux.pidfd_send_signal(fd.number(), signal);
            return true;
        } catch (SyscallException e) {
            if (e.is(Errno.ESRCH)) {
                return false;
            }
            throw e;
        }
    }

    /** Whether the process has ended, reaped or not. */
    public boolean ended() throws SyscallException {
        return awaitEnd(Duration.ZERO);
    }

    /**
     * Waits for the process to end, holding the calling platform thread or carrier.
     *
     * @return whether it has ended within this time
     */
    public boolean awaitEnd(Duration patience) throws SyscallException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            long rest = Math.max(0, deadline - System.nanoTime());
            int millis = (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(rest, 1_000_000L));
            try {
                return linux.poll(fd.number(), ProcessFlags.POLLIN, millis) != 0;
            } catch (SyscallException e) {
                if (!e.is(Errno.EINTR)) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() throws SyscallException {
        fd.close();
    }
}
