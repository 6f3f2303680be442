// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import runtime.v1.GetEventsRequest;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the events that an endpoint tells of, in a thread of its own, until it is closed. */
final class EventCount implements AutoCloseable {
    private static final Duration LONG = Duration.ofHours(1);

    private final AtomicLong events = new AtomicLong();
    private final Thread reader;
    private volatile Optional<Status> end = Optional.empty();

    private EventCount(Target target) {
        reader = Thread.ofVirtual().name("events").start(() -> read(target));
    }

    static EventCount of(Target target) {
        return new EventCount(target);
    }

    private void read(Target target) {
        try {
            target.connection()
                    .runtime(LONG)
                    .getContainerEvents(GetEventsRequest.getDefaultInstance())
                    .forEachRemaining(_ -> events.incrementAndGet());
            end = Optional.of(Status.OK);
        } catch (StatusRuntimeException e) {
            end = Optional.of(e.getStatus());
        }
    }

    /** How many there were. */
    long sum() {
        return events.get();
    }

    /** Why there are no more; empty while there may be. */
    Optional<Status> end() {
        return end;
    }

    @Override
    public void close() {
        reader.interrupt();
    }
}
