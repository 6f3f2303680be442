// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Has the network of pods mended every few seconds, on a thread of its own, until closed. */
public final class NetworkWatch implements AutoCloseable {
    /** As long as a client of a host port waits at worst after others have flushed all rules. */
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final ScheduledExecutorService timer;

    private NetworkWatch(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /** Begins; {@code networks} has been told which pods to retain. */
    public static NetworkWatch start(PodNetworks networks) {
        return start(networks, INTERVAL);
    }

    static NetworkWatch start(PodNetworks networks, Duration interval) {
        var timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("network-watch").daemon().factory());
        // mend() does not throw, so this goes on for ever; the future tells nothing else.
        var _ =
                timer.scheduleWithFixedDelay(
                        networks::mend,
                        interval.toNanos(),
                        interval.toNanos(),
                        TimeUnit.NANOSECONDS);
        return new NetworkWatch(timer);
    }

    /** Ends; a run that has begun goes on to its end. */
    @Override
    public void close() {
        timer.shutdown();
    }
}
