// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.fault.RuntimeFault;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Where a podshim listens.
 *
 * @param name how messages call it, for example {@code pod sandbox <id>}
 */
record Endpoint(String name, Path socket, ShimTransport transport) {
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /**
     * Connects.
     *
     * @throws PodGoneException if nobody listens there
     * @throws RuntimeFault {@code BUSY} if so many connections wait to be accepted that there is no
     *     room for this one until the patience is over
     */
    SocketChannel connect() throws IOException {
        var address = UnixDomainSocketAddress.of(socket);
        long end = System.nanoTime() + transport.patience().toNanos();
        long pause = TimeUnit.MICROSECONDS.toNanos(200);
        while (true) {
            try {
                return SocketChannel.open(address);
            } catch (ConnectException e) {
                throw new PodGoneException(
                        name, "nobody listens on %s (ECONNREFUSED)".formatted(socket));
            } catch (SocketException e) {
                if (Files.notExists(socket, LinkOption.NOFOLLOW_LINKS)) {
                    throw new PodGoneException(
                            name, "%s does not exist (ENOENT)".formatted(socket));
                }
                // On a virtual thread connect(2) does not wait for room in the queue.
                if (!isQueueFull(e)) {
                    throw e;
                }
            }
            if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
                transport.faults().silent();
                throw RuntimeFault.busy(
                        "reach %s: its queue of connections is full (EAGAIN); retry", name);
            }
            LockSupport.parkNanos(this, pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    private static boolean isQueueFull(SocketException e) {
        return "Resource temporarily unavailable".equals(e.getMessage());
    }
}
