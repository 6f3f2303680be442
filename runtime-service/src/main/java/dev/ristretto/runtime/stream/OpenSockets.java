// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** The sockets of one client's connection, which end with it. Safe from any thread. */
final class OpenSockets {
    private static final Logger LOG = Logger.getLogger(OpenSockets.class);

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Set<SocketChannel> open = new HashSet<>();
    private boolean ended;

    /** Takes a socket in; closes it at once if the client has gone. */
    void add(SocketChannel socket) {
        lock.lock();
        try {
            open.add(socket);
            if (ended) {
                close(socket);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Closes one; who waits for it is woken. */
    void close(SocketChannel socket) {
        lock.lock();
        try {
            open.remove(socket);
        } finally {
            lock.unlock();
        }
        closeQuietly(socket);
    }

    /** Closes all, and those to come. */
    void closeAll() {
        lock.lock();
        try {
            ended = true;
            open.forEach(OpenSockets::closeQuietly);
            open.clear();
        } finally {
            lock.unlock();
        }
    }

    private static void closeQuietly(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debugf("close %s: %s", socket, e.getMessage());
        }
    }
}
