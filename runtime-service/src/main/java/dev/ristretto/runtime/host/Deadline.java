// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.host;

import dev.ristretto.fault.RuntimeFault;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks at files whose file system may never answer: a server of NFS that is gone, a program behind
 * FUSE that hangs. Nothing can end such a call but the file system, so it is left to a thread of
 * its own, one for each such path and few in all. Safe from any thread.
 */
final class Deadline {
    private static final int MOST_THREADS = 64;
    private static final int IDLE_SECONDS = 30;

    private final Duration patience;
    private final Set<String> silent = ConcurrentHashMap.newKeySet();
    private final Executor threads;

    /**
     * @param patience how long an answer may take
     */
    Deadline(Duration patience) {
        this.patience = patience;
        this.threads =
                new ThreadPoolExecutor(
                        0,
                        MOST_THREADS,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        Thread.ofPlatform().daemon().name("host-path-", 0).factory());
    }

    /**
     * Does something with a path of the host.
     *
     * @param object what is asked for, for the message
     * @throws RuntimeFault {@code BUSY} if there is no answer in time, or none yet to an earlier
     *     call; else what {@code look} throws
     */
    <T> T look(String object, String path, Callable<T> look) throws IOException {
        if (silent.contains(path)) {
            throw noAnswer(object, "does not answer still");
        }
        var answer = new CompletableFuture<T>();
        try {
            threads.execute(() -> answer(path, look, answer));
            return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            throw noAnswer(object, "cannot be looked at: %d others hang".formatted(MOST_THREADS));
        } catch (TimeoutException e) {
            silent.add(path);
            if (answer.isDone()) {
                silent.remove(path);
            }
            throw noAnswer(object, "did not answer within %d s".formatted(patience.toSeconds()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while looking at " + path);
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
    }

    private <T> void answer(String path, Callable<T> look, CompletableFuture<T> answer) {
        try {
            answer.complete(look.call());
        } catch (Exception e) {
            answer.completeExceptionally(e);
        } finally {
            silent.remove(path);
        }
    }

    private static RuntimeFault noAnswer(String object, String what) {
        return RuntimeFault.busy(
                "%s %s: its file system hangs; repair it on the host, or unmount it (umount -l)",
                object, what);
    }

    private static IOException rethrown(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> new IOException(cause);
        };
    }
}
