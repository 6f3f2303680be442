// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whether the work is still wanted. Work asks at its step boundaries, and registers what must be
 * torn (a socket) while it is blocked. Safe from any thread; cancelling again does nothing.
 */
public final class Cancellation {
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final Set<Registration> registrations = ConcurrentHashMap.newKeySet();

    /** The work is not wanted any more: runs what was registered. */
    public void cancel() {
        cancelled.countDown();
        registrations.forEach(Registration::run);
    }

    public boolean isCancelled() {
        return cancelled.getCount() == 0;
    }

    /**
     * Goes on only if the work is still wanted.
     *
     * @throws CancellationException if it is not
     */
    public void check() {
        if (isCancelled()) {
            throw new CancellationException("the caller cancelled the request");
        }
    }

    /** Waits, and ends early with a {@link CancellationException} if cancelled. */
    public void pause(Duration duration) {
        try {
            if (cancelled.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
                check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    /** Runs an action once when cancelled, at once if that was before; close to forget it. */
    public Registration onCancel(Runnable action) {
        var registration = new Registration(action);
        registrations.add(registration);
        if (isCancelled()) {
            registration.run();
        }
        return registration;
    }

    /** An action waiting for a cancellation that may never come. */
    public final class Registration implements AutoCloseable {
        private final Runnable action;
        private final AtomicBoolean done = new AtomicBoolean();

        private Registration(Runnable action) {
            this.action = action;
        }

        private void run() {
            if (done.compareAndSet(false, true)) {
                action.run();
            }
        }

        @Override
        public void close() {
            done.set(true);
            registrations.remove(this);
        }
    }
}
