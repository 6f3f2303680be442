// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** An RPC that acts. Any thread may note a step of it, and any may read while it goes on. */
public final class Call implements Entry {
    /** A pod of many mounts has a dozen steps: its program is one of them. */
    static final int MAX_STEPS = 64;

    private final String rpc;
    private final Subject subject;
    private final Instant at;
    private final LongSupplier nanos;
    private final long begun;
    private final Queue<Step> steps = new ConcurrentLinkedQueue<>();
    private final AtomicInteger noted = new AtomicInteger();
    private volatile @Nullable OpenStep open;
    private volatile @Nullable Outcome outcome;

    /** A step that has begun, inside of another one perhaps. */
    record OpenStep(String what, long begunAt, @Nullable OpenStep outer) {}

    private record Outcome(long tookNanos, Optional<Failure> failure) {}

    Call(String rpc, Subject subject, Instant at, LongSupplier nanos) {
        this.rpc = rpc;
        this.subject = subject;
        this.at = at;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
    }

    @Override
    public Instant at() {
        return at;
    }

    @Override
    public String what() {
        return rpc;
    }

    /** What it was for, as far as that was known when it began. */
    public Subject subject() {
        return subject;
    }

    @Override
    public Optional<Failure> failure() {
        var known = outcome;
        return known == null ? Optional.empty() : known.failure;
    }

    /** How long it took; empty while it goes on. */
    public OptionalLong tookNanos() {
        var known = outcome;
        return known == null ? OptionalLong.empty() : OptionalLong.of(known.tookNanos);
    }

    /** How long it has gone on until now, or took. */
    public long soFarNanos() {
        return tookNanos().orElseGet(() -> nanos.getAsLong() - begun);
    }

    /** Its steps, in the order in which they ended. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** The step that goes on now, the innermost one; what it took is until now. */
    public Optional<Step> goingOn() {
        var now = open;
        return now == null
                ? Optional.empty()
                : Optional.of(
                        new Step(
                                now.what,
                                now.begunAt - begun,
                                nanos.getAsLong() - now.begunAt,
                                Optional.empty(),
                                Optional.empty()));
    }

    /** Steps that were too many to keep. */
    public int droppedSteps() {
        return Math.max(0, noted.get() - MAX_STEPS);
    }

    /** When it began, by the recorder's clock that only goes on. */
    public long begunNanos() {
        return begun;
    }

    long now() {
        return nanos.getAsLong();
    }

    /** A step begins; give what this returns to {@link #leave} when it has ended. */
    @Nullable OpenStep enter(String what, long begunAt) {
        var outer = open;
        open = new OpenStep(what, begunAt, outer);
        return outer;
    }

    void leave(@Nullable OpenStep outer) {
        open = outer;
    }

    /** Notes a step that began at this time and ends now. */
    void step(String what, long begunAt, Optional<Failure> failure, Optional<ProgramRun> program) {
        if (noted.getAndIncrement() < MAX_STEPS) {
            long took = nanos.getAsLong() - begunAt;
            steps.add(new Step(what, begunAt - begun, took, failure, program));
        }
    }

    void note(String what) {
        if (noted.getAndIncrement() < MAX_STEPS) {
            var none = Optional.<ProgramRun>empty();
            steps.add(new Step(what, nanos.getAsLong() - begun, 0, Optional.empty(), none));
        }
    }

    void end(Optional<Failure> failure) {
        outcome = new Outcome(nanos.getAsLong() - begun, failure);
    }
}
