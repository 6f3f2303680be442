// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.pull;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.ristretto.image.registry.Cancellation;
import dev.ristretto.image.store.ImageId;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** One pull and how many callers wait for it. Begins with one. */
final class SharedPull {
    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<ImageId> result = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private int callers = 1;

    Cancellation cancellation() {
        return cancellation;
    }

    /** One caller more, unless it is too late to be one. */
    boolean tryJoin() {
        lock.lock();
        try {
            if (callers == 0 || result.isDone()) {
                return false;
            }
            callers++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Does the work and tells all callers. */
    void complete(Supplier<ImageId> work) {
        try {
            result.complete(work.get());
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    /** The work is over and nobody can find this any more. */
    void end() {
        ended.complete(null);
    }

    /** What came of it; only for a caller that is counted, which is then counted no longer. */
    ImageId await(Cancellation caller) {
        try {
            return get(result, caller);
        } finally {
            leave();
        }
    }

    void awaitEnd(Cancellation caller) {
        get(ended, caller);
    }

    private void leave() {
        lock.lock();
        try {
            callers--;
            if (callers > 0 || result.isDone()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        cancellation.cancel();
    }

    private static <T> T get(CompletableFuture<T> future, Cancellation caller) {
        var mine = future.copy();
        try (var _ = caller.onCancel(() -> mine.cancel(false))) {
            return mine.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException fault -> throw fault;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }
}
