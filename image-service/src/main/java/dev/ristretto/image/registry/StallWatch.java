// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Looks now and then at bodies that are being read, because the HTTP client has no time-out of its
 * own for them. Only time spent waiting for bytes counts: a slow unpack trips nothing.
 */
final class StallWatch implements AutoCloseable {
    private final Duration patience;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("registry-stall-watch").factory());

    StallWatch(Duration patience) {
        this.patience = patience;
    }

    Duration patience() {
        return patience;
    }

    /** Runs a check four times per patience until its future is cancelled. */
    ScheduledFuture<?> watch(Runnable check) {
        long interval = Math.max(1, patience.toMillis() / 4);
        return clock.scheduleWithFixedDelay(check, interval, interval, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
