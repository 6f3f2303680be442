// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.container.ContainerStore;
import dev.ristretto.runtime.container.EndListener.End;
import dev.ristretto.runtime.flight.Event;
import dev.ristretto.runtime.flight.Failure;
import dev.ristretto.runtime.flight.FlightRecorder;
import dev.ristretto.runtime.flight.Subject;
import dev.ristretto.runtime.sandbox.SandboxStore;
import dev.ristretto.runtime.shim.ExitStatus;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a new daemon knows of pods and containers that an earlier one made: their records. The steps
 * that led there went with that daemon (docs/adr).
 */
public final class RecoveredFlights {
    private static final int MAX_EXIT_CODE = 255;

    private final FlightRecorder flights;

    public RecoveredFlights(FlightRecorder flights) {
        this.flights = flights;
    }

    /** Notes all that were recovered. */
    public void record(SandboxStore sandboxes, ContainerStore containers, Instant now) {
        sandboxes.list().forEach(sandbox -> recovered(Subjects.of(sandbox), now));
        for (var container : containers.list()) {
            if (container.state() instanceof ContainerState.Exited end) {
                ended(container, end);
            }
            recovered(Subjects.of(container), now);
        }
    }

    private void recovered(Subject subject, Instant now) {
        flights.happened(
                subject,
                new Event(
                        Event.Kind.RECOVERED,
                        now,
                        "a new daemon took over; of what was done before it has the outcome only",
                        Optional.empty()));
    }

    private void ended(Container container, ContainerState.Exited end) {
        boolean ran = end.startedAt().isPresent() && end.exitCode() <= MAX_EXIT_CODE;
        var status =
                ran
                        ? Optional.<ExitStatus>of(new ExitStatus.Exited(end.exitCode()))
                        : Optional.<ExitStatus>empty();
        var how = new End(container, container.state(), end, status);
        var failure = ran ? EndWords.failure(how, List.of()) : Optional.of(end.message());
        flights.happened(
                Subjects.of(container),
                new Event(
                        Event.Kind.ENDED,
                        end.finishedAt(),
                        ran ? EndWords.what(how) : "never ran (%s)".formatted(end.reason()),
                        failure.map(Failure::new)));
    }
}
