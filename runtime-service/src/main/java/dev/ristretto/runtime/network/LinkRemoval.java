// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.linux.netlink.NetlinkException;
import dev.ristretto.linux.netlink.RtNetlink;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Deletes interfaces and returns when they are gone, which is well before the kernel answers.
 *
 * <p>The kernel takes an interface out of its tables within a millisecond and then waits, inside
 * the same send(2) but with its lock released, some 30 ms for all that might still look at it (RCU)
 * before it frees the memory. So the request is made by a thread that has that time, while the
 * caller asks whether the interface is still there. A daemon killed meanwhile changes nothing: the
 * request is in the kernel, which finishes it.
 */
final class LinkRemoval implements AutoCloseable {
    /** Deletions wait side by side; with so many a node stops some 400 pods a second. */
    private static final int MOST_AT_ONCE = 16;

    private static final int IDLE_SECONDS = 10;
    private static final long FIRST_PAUSE_NANOS = 100_000;
    private static final long LONGEST_PAUSE_NANOS = 2_000_000;

    private final LinuxSyscalls linux;
    private final RtNetlink host;
    private final ConcurrentLinkedDeque<RtNetlink> idle = new ConcurrentLinkedDeque<>();

    /** Its queue is as long as there are callers waiting for a place. */
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(
                    MOST_AT_ONCE,
                    MOST_AT_ONCE,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    Thread.ofPlatform().name("delete-link-", 0).daemon().factory());

    /**
     * @param host to ask with; deletions go over sockets of their own
     */
    LinkRemoval(LinuxSyscalls linux, RtNetlink host) {
        this.linux = linux;
        this.host = host;
        threads.allowCoreThreadTimeOut(true);
    }

    /** Deletes an interface; absent is fine. */
    void remove(String name) throws IOException {
        var link = host.link(name);
        if (link.isEmpty()) {
            return;
        }
        // By its index, which is not used again: the name may be, before a late request arrives.
        int index = link.get().index();
        var deletion = start(index);
        long pause = FIRST_PAUSE_NANOS;
        while (!deletion.isDone()) {
            LockSupport.parkNanos(pause);
            if (host.link(index).isEmpty()) {
                return;
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
        var failure = deletion.resultNow();
        if (failure.isPresent()) {
            throw new IOException(
                    "delete interface %s: %s".formatted(name, failure.get().getMessage()),
                    failure.get());
        }
    }

    @Override
    public void close() throws IOException {
        threads.shutdown();
        closeIdle();
    }

    /** The socket is opened here, because the caller is in the right namespace. */
    private Future<Optional<IOException>> start(int index) throws IOException {
        var free = idle.poll();
        var socket = free == null ? RtNetlink.open(linux) : free;
        return threads.submit(() -> delete(socket, index));
    }

    private Optional<IOException> delete(RtNetlink socket, int index) {
        try {
            try {
                socket.deleteLink(index);
            } finally {
                release(socket);
            }
            return Optional.empty();
        } catch (NetlinkException e) {
            return e.is(Errno.ENODEV) ? Optional.empty() : Optional.of(e);
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    private void release(RtNetlink socket) throws IOException {
        idle.push(socket);
        if (threads.isShutdown()) {
            closeIdle();
        }
    }

    private void closeIdle() throws IOException {
        for (var socket = idle.poll(); socket != null; socket = idle.poll()) {
            socket.close();
        }
    }
}
