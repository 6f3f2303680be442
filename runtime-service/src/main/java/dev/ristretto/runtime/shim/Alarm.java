// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.fault.RuntimeFault;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Closes a conversation's socket when its time is over, which wakes whoever waits on it. One limit
 * at a time; safe from any thread.
 */
final class Alarm {
    private final ScheduledThreadPoolExecutor timer;
    private final SocketChannel socket;
    private final AtomicReference<@Nullable Limit> current = new AtomicReference<>();
    private volatile @Nullable Limit over;

    Alarm(ScheduledThreadPoolExecutor timer, SocketChannel socket) {
        this.timer = timer;
        this.socket = socket;
    }

    /** Sets the limit, instead of the one there was. */
    void set(Duration time, Supplier<RuntimeFault> words) {
        var limit = new Limit(words);
        replace(limit);
        limit.timer = timer.schedule(() -> ring(limit), time.toNanos(), TimeUnit.NANOSECONDS);
        if (current.get() != limit) {
            limit.cancel();
        }
    }

    /** Takes the limit away. */
    void clear() {
        replace(null);
    }

    /** The fault to report if the time was over, else null. */
    @Nullable RuntimeFault fault() {
        var limit = over;
        return limit == null ? null : limit.words.get();
    }

    private void replace(@Nullable Limit limit) {
        var old = current.getAndSet(limit);
        if (old != null) {
            old.cancel();
        }
    }

    private void ring(Limit limit) {
        if (!current.compareAndSet(limit, null)) {
            return;
        }
        over = limit;
        try {
            socket.close();
        } catch (IOException e) {
            // The descriptor is gone all the same, and the waiter learns of the time that is over.
            return;
        }
    }

    private static final class Limit {
        private final Supplier<RuntimeFault> words;
        private volatile @Nullable Future<?> timer;

        Limit(Supplier<RuntimeFault> words) {
            this.words = words;
        }

        void cancel() {
            var running = timer;
            if (running != null) {
                running.cancel(false);
            }
        }
    }
}
