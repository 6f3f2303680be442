// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.fault.RuntimeFault;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Things that wait for who knows their name: each name can be guessed by nobody, counts once, and
 * for a limited time. Safe from any thread; never blocks for long.
 */
final class Tokens<T> {
    /** As in the other runtimes, so that a client which opens and never comes is bounded. */
    static final int MAX_WAITING = 1000;

    private static final int TOKEN_BYTES = 24; // 192 bits, 32 letters

    private final long lifeNanos;
    private final LongSupplier nanoTime;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock; in the order of their deadlines, since all live equally long.
    private final LinkedHashMap<String, Waiting<T>> waiting = new LinkedHashMap<>();

    /** {@code nanoTime} as of {@link System#nanoTime}. */
    Tokens(Duration life, LongSupplier nanoTime) {
        this.lifeNanos = life.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * Keeps something under a new name.
     *
     * @throws RuntimeFault {@code EXHAUSTED} if 1000 wait already
     */
    String keep(T value) {
        var bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        var token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        lock.lock();
        try {
            dropExpired();
            if (waiting.size() >= MAX_WAITING) {
                throw RuntimeFault.exhausted(
                        null,
                        "%d streaming requests wait for a client to come to their URL; retry in %d s",
                        MAX_WAITING,
                        Duration.ofNanos(lifeNanos).toSeconds());
            }
            waiting.put(token, new Waiting<>(value, nanoTime.getAsLong()));
            return token;
        } finally {
            lock.unlock();
        }
    }

    /** What waits under a name. */
    Optional<T> find(String token) {
        lock.lock();
        try {
            dropExpired();
            return Optional.ofNullable(waiting.get(token)).map(Waiting::value);
        } finally {
            lock.unlock();
        }
    }

    /** Uses a name up; false if it was used before or has expired. */
    boolean claim(String token) {
        lock.lock();
        try {
            dropExpired();
            return waiting.remove(token) != null;
        } finally {
            lock.unlock();
        }
    }

    private void dropExpired() {
        long now = nanoTime.getAsLong();
        var oldest = waiting.values().iterator();
        while (oldest.hasNext() && now - oldest.next().sinceNanos >= lifeNanos) {
            oldest.remove();
        }
    }

    private record Waiting<T>(T value, long sinceNanos) {}
}
