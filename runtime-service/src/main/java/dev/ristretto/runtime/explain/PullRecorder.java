// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import dev.ristretto.image.pull.PullObserver;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.runtime.flight.FlightRecorder;
import dev.ristretto.runtime.flight.Subject;
import dev.ristretto.runtime.flight.Task;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Writes down the steps of pulls, with each call that waits for them, and counts their bytes. */
public final class PullRecorder implements PullObserver {
    private final FlightRecorder flights;
    private final LongAdder received = new LongAdder();

    public PullRecorder(FlightRecorder flights) {
        this.flights = flights;
    }

    @Override
    public void step(
            ImageReference reference, String what, Duration took, @Nullable Throwable failure) {
        flights.step(Subject.image(reference.toString()), what, took, failure);
    }

    @Override
    public void received(long bytes) {
        received.add(bytes);
    }

    @Override
    public Runnable onBehalf(Runnable work) {
        return Task.carried(work);
    }

    /** All that has come from registries. */
    public long receivedBytes() {
        return received.sum();
    }
}
