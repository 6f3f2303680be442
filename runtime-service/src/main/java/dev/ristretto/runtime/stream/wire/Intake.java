// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Stops the reading of a connection while too much of what came waits for its reader, so that TCP
 * stops the client. There is no finer way: clients of Kubernetes neither keep SPDY's windows nor
 * have WebSockets such.
 *
 * <p>It is also the first handler of the pipeline, since to switch auto-read off is not enough:
 * Netty's SPDY codec asks for more after each read that auto-read does not follow.
 */
final class Intake extends ChannelOutboundHandlerAdapter {
    /** Enough that a small message behind a stuck stream (a resize, a ping) still gets through. */
    static final int PAUSE_BYTES = 256 << 10;

    static final int RESUME_BYTES = 64 << 10;

    /** What a chunk costs besides its bytes, so that one-byte frames are bounded too. */
    private static final int CHUNK_OVERHEAD_BYTES = 64;

    private final ChannelConfig config;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private long waitingBytes;

    @GuardedBy("lock")
    private boolean paused;

    Intake(ChannelConfig config) {
        this.config = config;
    }

    @Override
    public void read(ChannelHandlerContext context) {
        lock.lock();
        try {
            if (!paused) {
                context.read();
            }
        } finally {
            lock.unlock();
        }
    }

    void received(int bytes) {
        lock.lock();
        try {
            waitingBytes += bytes + CHUNK_OVERHEAD_BYTES;
            if (waitingBytes > PAUSE_BYTES && !paused) {
                paused = true;
                config.setAutoRead(false);
            }
        } finally {
            lock.unlock();
        }
    }

    void consumed(int bytes) {
        lock.lock();
        try {
            waitingBytes -= bytes + CHUNK_OVERHEAD_BYTES;
            if (waitingBytes <= RESUME_BYTES && paused) {
                paused = false;
                config.setAutoRead(true);
            }
        } finally {
            lock.unlock();
        }
    }
}
