// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One lock per pod, held by the RPC that changes the pod or its containers. Never two pods' at
 * once, never while a registry is spoken to. Reentrant; waiting for it is bounded.
 */
public final class PodLocks {
    /** Less than the kubelet's two minutes, so that it reads our words and not its own. */
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    private final Map<PodSandboxId, Entry> entries = new ConcurrentHashMap<>();

    /**
     * Does the work while holding the pod's lock.
     *
     * @throws RuntimeFault {@code BUSY} if another request held it all the time
     */
    public <T> T call(PodSandboxId id, Work<T> work) throws IOException {
        // Entries count their users, so that an unused lock does not stay in the map.
        var entry = entries.compute(id, (_, known) -> known == null ? new Entry(1) : known.more());
        try {
            acquire(id, entry.lock);
            try {
                return work.call();
            } finally {
                entry.lock.unlock();
            }
        } finally {
            entries.computeIfPresent(id, (_, last) -> last.fewer());
        }
    }

    private static void acquire(PodSandboxId id, ReentrantLock lock) {
        try {
            if (lock.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw RuntimeFault.busy("pod sandbox %s is busy with another request; retry", id);
    }

    /** What is done under the lock. */
    @FunctionalInterface
    public interface Work<T> {
        T call() throws IOException;
    }

    private record Entry(ReentrantLock lock, int users) {
        Entry(int users) {
            this(new ReentrantLock(), users);
        }

        Entry more() {
            return new Entry(lock, users + 1);
        }

        @Nullable Entry fewer() {
            return users == 1 ? null : new Entry(lock, users - 1);
        }
    }
}
