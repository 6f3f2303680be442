// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.content;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/** One lock for each key that is in use. */
public final class KeyedLocks<K> {
    private final ConcurrentMap<K, Entry> entries = new ConcurrentHashMap<>();

    /** Waits for the key's lock; closing gives it back. */
    public Held lock(K key) {
        // Entries count their users, so that an unused lock does not stay in the map.
        var entry =
                entries.compute(
                        key,
                        (_, known) ->
                                known == null
                                        ? new Entry(new ReentrantLock(), 1)
                                        : new Entry(known.lock, known.users + 1));
        entry.lock.lock();
        return () -> {
            entry.lock.unlock();
            entries.computeIfPresent(
                    key,
                    (_, last) -> last.users == 1 ? null : new Entry(last.lock, last.users - 1));
        };
    }

    private record Entry(ReentrantLock lock, int users) {}

    /** A lock that is held, by the thread that closes it. */
    @FunctionalInterface
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }
}
