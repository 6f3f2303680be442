// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Keeps what was done: for every pod and container that there is, and for the last {@link
 * #MAX_OVER} that were removed, failed to come to be, or are images. Safe from any thread; takes no
 * lock and throws nothing.
 */
public final class FlightRecorder {
    /** Of flights that are over. */
    public static final int MAX_OVER = 256;

    /** Of all flights; more than a node can have. Beyond it nothing new is recorded. */
    public static final int MAX_FLIGHTS = 16_384;

    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Map<String, Flight> flights = new ConcurrentHashMap<>();
    private final Queue<Flight> over = new ConcurrentLinkedQueue<>();
    private final AtomicInteger overCount = new AtomicInteger();
    private final Set<Call> running = ConcurrentHashMap.newKeySet();

    /**
     * @param nanos a clock that only goes on, such as {@link System#nanoTime}
     */
    public FlightRecorder(InstantSource clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
    }

    /** A call begins; end it by {@link #ended} or {@link #repeated}, whatever becomes of it. */
    public Call begin(String rpc, Subject subject) {
        var call = new Call(rpc, subject, clock.instant(), nanos);
        running.add(call);
        return call;
    }

    /**
     * A call has ended.
     *
     * @param subjects what it was for, as is known now
     */
    public void ended(Call call, @Nullable Throwable thrown, List<Subject> subjects) {
        call.end(failureOf(thrown));
        for (var subject : subjects) {
            add(subject, call);
        }
        running.remove(call);
    }

    /** A call of those that come again and again has ended; counted for what exists only. */
    public void repeated(Call call, @Nullable Throwable thrown) {
        call.end(failureOf(thrown));
        var flight = flights.get(call.subject().key());
        if (flight != null) {
            flight.repeat(call);
        }
        running.remove(call);
    }

    /**
     * A step has ended that others did, for the calls for this subject that go on.
     *
     * @param thrown null if it was done
     */
    public void step(Subject subject, String what, Duration took, @Nullable Throwable thrown) {
        for (var call : running) {
            if (call.subject().equals(subject)) {
                long begun = call.now() - took.toNanos();
                call.step(what, begun, failureOf(thrown), Optional.empty());
            }
        }
    }

    /** Something happened to a subject. */
    public void happened(Subject subject, Event event) {
        add(subject, event);
    }

    /** A pod sandbox or container was removed, and with a pod all that was in it. */
    public void removed(String id) {
        for (var flight : flights.values()) {
            var subject = flight.subject();
            boolean own = subject.id().equals(id);
            if ((own || subject.podSandboxId().equals(id)) && !flight.over()) {
                retire(flight);
            }
        }
    }

    /** All flights, in no order. */
    public Collection<Flight> flights() {
        return List.copyOf(flights.values());
    }

    /** The flight of an id. */
    public Optional<Flight> find(String id) {
        return Optional.ofNullable(flights.get(id));
    }

    /** The flight of a subject. */
    public Optional<Flight> of(Subject subject) {
        return Optional.ofNullable(flights.get(subject.key()));
    }

    /** Calls that go on now. */
    public Collection<Call> running() {
        return List.copyOf(running);
    }

    /** Of what calls are making now and nothing is recorded yet: an empty flight for each. */
    public Collection<Flight> coming() {
        return running.stream()
                .filter(call -> call.subject().kind() != Subject.Kind.IMAGE)
                .filter(call -> !flights.containsKey(call.subject().key()))
                .map(call -> new Flight(call.subject(), call.at()))
                .toList();
    }

    private void add(Subject subject, Entry entry) {
        var key = subject.key();
        var known = flights.get(key);
        if (known == null) {
            if (flights.size() >= MAX_FLIGHTS) {
                return;
            }
            var fresh = new Flight(subject);
            known = flights.putIfAbsent(key, fresh);
            if (known == null) {
                known = fresh;
                if (subject.id().isEmpty()) {
                    retire(fresh);
                }
            }
        } else if (known.over()) {
            renew(known);
        }
        known.add(entry);
    }

    /** From now on it is kept only as one of the last. */
    private void retire(Flight flight) {
        flight.end();
        over.add(flight);
        if (overCount.incrementAndGet() > MAX_OVER) {
            forgetOldest();
        }
    }

    /** It is the last again: a request that is tried again and again fails anew. */
    private void renew(Flight flight) {
        if (over.remove(flight)) {
            over.add(flight);
        }
    }

    private void forgetOldest() {
        var oldest = over.poll();
        if (oldest != null) {
            overCount.decrementAndGet();
            flights.remove(oldest.subject().key(), oldest);
        }
    }

    private static Optional<Failure> failureOf(@Nullable Throwable thrown) {
        return thrown == null ? Optional.empty() : Optional.of(Failure.of(thrown));
    }
}
