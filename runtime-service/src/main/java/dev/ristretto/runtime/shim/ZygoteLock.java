// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The lock that a zygote and every pod being born hold, {@code zygote.lock}, docs/wire.md section
 * 2.
 */
public final class ZygoteLock {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private ZygoteLock() {}

    /**
     * Waits until no zygote of a dead daemon lives: from then on every pod that will ever answer
     * already listens, and whose socket does not answer is over. Call it before looking for pods
     * and before starting a zygote.
     *
     * @throws RuntimeFault {@code BUSY} if somebody holds the lock that long: another daemon
     */
    public static void awaitNoForeignZygote(
            LinuxSyscalls linux, Path runDirectory, Duration patience) throws IOException {
        var file = runDirectory.resolve("zygote.lock");
        try (var fd = Fd.open(linux, file, FileFlags.O_RDWR)) {
            long end = System.nanoTime() + patience.toNanos();
            long pause = FIRST_PAUSE_NANOS;
            while (!taken(linux, fd)) {
                if (System.nanoTime() > end) {
                    throw RuntimeFault.busy(
                            "take %s: held for %d ms by another process (EAGAIN); does another"
                                    + " daemon use %s?",
                            file, patience.toMillis(), runDirectory);
                }
                // Blocking flock(2) has no time limit and would hold a carrier thread.
                LockSupport.parkNanos(fd, pause);
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted while waiting for " + file);
                }
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        } catch (SyscallException e) {
            // No file: no zygote was ever started here.
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    /** The lock goes with the descriptor. */
    private static boolean taken(LinuxSyscalls linux, Fd fd) throws SyscallException {
        try {
            linux.flock(fd.number(), FileFlags.LOCK_EX | FileFlags.LOCK_NB);
            return true;
        } catch (SyscallException e) {
            if (e.is(Errno.EAGAIN)) {
                return false;
            }
            throw e;
        }
    }
}
