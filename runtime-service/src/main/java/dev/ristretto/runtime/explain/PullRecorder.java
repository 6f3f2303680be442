// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import dev.ristretto.image.pull.PullObserver;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.runtime.flight.FlightRecorder;
import dev.ristretto.runtime.flight.Subject;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** Writes down the steps of pulls, with each call that waits for them. */
public final class PullRecorder implements PullObserver {
    private final FlightRecorder flights;

    public PullRecorder(FlightRecorder flights) {
        this.flights = flights;
    }

    @Override
    public void step(
            ImageReference reference, String what, Duration took, @Nullable Throwable failure) {
        flights.step(Subject.image(reference.toString()), what, took, failure);
    }
}
