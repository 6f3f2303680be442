// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Waiting, up to a time, for something the kernel gives no event for: a cgroup v1 directory that
 * can be removed, a freezer that is done. The pauses grow from a fraction of a millisecond.
 */
final class Patience {
    private static final long FIRST_NANOS = Duration.ofNanos(250_000).toNanos();
    private static final long LONGEST_NANOS = Duration.ofMillis(20).toNanos();

    private final long end;
    private long next = FIRST_NANOS;

    Patience(Duration limit) {
        this.end = System.nanoTime() + limit.toNanos();
    }

    /**
     * Pauses a little.
     *
     * @return false, without a pause, if the time is over
     */
    boolean pause() throws InterruptedIOException {
        long left = end - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        LockSupport.parkNanos(this, Math.min(left, next));
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while waiting for a cgroup");
        }
        next = Math.min(2 * next, LONGEST_NANOS);
        return true;
    }
}
