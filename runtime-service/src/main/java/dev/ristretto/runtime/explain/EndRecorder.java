// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.container.EndListener;
import dev.ristretto.runtime.flight.Event;
import dev.ristretto.runtime.flight.Failure;
import dev.ristretto.runtime.flight.FlightRecorder;
import dev.ristretto.runtime.shim.ExitStatus;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Writes down how containers end, in words. Safe from any thread; does not wait. */
public final class EndRecorder implements EndListener {
    private static final String OOM = "OOMKilled";

    private final FlightRecorder flights;
    private final KernelLog kernelLog;
    private final Map<String, LongAdder> ends = new ConcurrentHashMap<>();

    public EndRecorder(FlightRecorder flights, KernelLog kernelLog) {
        this.flights = flights;
        this.kernelLog = kernelLog;
    }

    @Override
    public void ended(End end) {
        ends.computeIfAbsent(end.how().reason(), _ -> new LongAdder()).increment();
        if (end.how().startedAt().isEmpty()) {
            return; // it never ran: the call that tried says why
        }
        if (EndWords.bySeccomp(end)) {
            // The kernel writes its audit record a moment after the signal.
            Thread.ofVirtual()
                    .name("seccomp-" + end.container().id())
                    .start(() -> record(end, denials(end)));
        } else {
            record(end, List.of());
        }
    }

    /** How many ended, by reason: {@code Completed}, {@code Error}, {@code OOMKilled} and so on. */
    public Map<String, Long> ends() {
        var counts = new TreeMap<String, Long>(Map.of("Completed", 0L, "Error", 0L, OOM, 0L));
        ends.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }

    private List<KernelLog.Denial> denials(End end) {
        var started = end.how().startedAt().orElse(end.how().finishedAt());
        int pid = end.before() instanceof ContainerState.Running(_, var known) ? known : 0;
        boolean itself = end.status().orElse(null) instanceof ExitStatus.Signaled;
        return kernelLog.denials(started, end.how().finishedAt(), itself ? pid : 0);
    }

    private void record(End end, List<KernelLog.Denial> denials) {
        var failure = EndWords.failure(end, denials);
        flights.happened(
                Subjects.of(end.container()),
                new Event(
                        Event.Kind.ENDED,
                        end.how().finishedAt(),
                        EndWords.what(end),
                        failure.map(Failure::new)));
    }
}
