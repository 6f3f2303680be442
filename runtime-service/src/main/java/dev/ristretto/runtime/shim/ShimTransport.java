// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.runtime.spec.PodSandboxId;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * What the conversations of a daemon share: one timer for their deadlines and a few buffers. One
 * per daemon; safe from any thread. Closing it stops the timer, so close it last.
 */
public final class ShimTransport implements AutoCloseable {
    /** How long a podshim may take to answer, unless it was said otherwise. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int BUFFERS = 32;
    static final int BUFFER_BYTES = FrameType.MAX_DATA + WireWriter.HEADER_BYTES;

    private final ShimFaults faults = new ShimFaults();
    private final Duration patience;
    private final ScheduledThreadPoolExecutor timer;
    private final ArrayBlockingQueue<ByteBuffer> buffers = new ArrayBlockingQueue<>(BUFFERS);

    /**
     * @param patience how long a podshim may take to answer a request; that is not how long an
     *     exec'd process may run
     */
    public ShimTransport(Duration patience) {
        this.patience = patience;
        this.timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("shim-deadlines").factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * The podshim of a pod; connects to nobody yet.
     *
     * @param podDirectory its run directory, which holds {@code shim.sock}
     */
    public ShimClient client(PodSandboxId podSandboxId, Path podDirectory) {
        return new ShimClient(
                new Endpoint(
                        "pod sandbox " + podSandboxId, podDirectory.resolve("shim.sock"), this));
    }

    /** What went wrong with all podshims of this daemon. */
    public ShimFaults faults() {
        return faults;
    }

    Duration patience() {
        return patience;
    }

    ScheduledThreadPoolExecutor timer() {
        return timer;
    }

    /** A buffer of {@link #BUFFER_BYTES}; give it back with {@link #release}. */
    ByteBuffer buffer() {
        @Nullable ByteBuffer free = buffers.poll();
        return free != null
                ? free.clear()
                : ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Nobody may use the buffer any more. More than a few are left to the collector. */
    void release(ByteBuffer buffer) {
        var _ = buffers.offer(buffer);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
