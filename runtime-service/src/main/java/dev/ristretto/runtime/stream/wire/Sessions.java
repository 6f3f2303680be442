// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The connections being served, each on a virtual thread. Safe from any thread. */
final class Sessions {
    private static final Logger LOG = Logger.getLogger(Sessions.class);
    private static final String STOPPING = "the node runtime is being stopped";

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition noneLeft = lock.newCondition();

    // Guarded by the lock.
    private final Set<UpgradedConnection> running = new HashSet<>();
    private boolean stopped;

    /** Serves a connection. */
    void begin(UpgradedConnection connection, StreamEndpoint endpoint) {
        lock.lock();
        try {
            running.add(connection);
            if (stopped) {
                connection.end(STOPPING);
            }
        } finally {
            lock.unlock();
        }
        var _ = Thread.ofVirtual().name("stream-session").start(() -> serve(connection, endpoint));
    }

    private void serve(UpgradedConnection connection, StreamEndpoint endpoint) {
        try {
            endpoint.serve(connection);
        } catch (RuntimeException e) {
            LOG.error("serve a streaming connection", e);
        } finally {
            connection.close(Duration.ZERO);
            ended(connection);
        }
    }

    private void ended(UpgradedConnection connection) {
        lock.lock();
        try {
            running.remove(connection);
            if (running.isEmpty()) {
                noneLeft.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Asks all, and those to come, to end; waits a bounded time for it. */
    void stop(Duration patience) {
        lock.lock();
        try {
            stopped = true;
            running.forEach(connection -> connection.end(STOPPING));
            long nanos = patience.toNanos();
            while (!running.isEmpty() && nanos > 0) {
                nanos = noneLeft.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
