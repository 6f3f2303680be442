// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.linux.netlink.Link;
import dev.ristretto.linux.netlink.OperState;
import dev.ristretto.linux.netlink.RtNetlink;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for what the kernel does a moment after it has answered a request. A pod's first packet
 * would be lost in between, and be sent again only a second later. To give up waiting is no
 * failure: it comes true later.
 */
final class Settling {
    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final long PAUSE_NANOS = 100_000;

    private Settling() {}

    /** Until packets pass this end of a veth: the kernel's link watch has seen both ends up. */
    static void awaitPackets(RtNetlink links, int index) throws IOException {
        await(() -> links.link(index).map(Link::operState).orElse(OperState.UP) == OperState.UP);
    }

    /** Until packets to an address that was added are delivered; IPv4 ones are at once. */
    static void awaitAddress(RtNetlink links, InetAddress address) throws IOException {
        await(() -> address instanceof Inet4Address || links.isLocal(address));
    }

    private static void await(Condition condition) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** What is waited for. */
    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }
}
