// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import dev.ristretto.runtime.flight.Call;
import dev.ristretto.runtime.flight.Entry;
import dev.ristretto.runtime.flight.Event;
import dev.ristretto.runtime.flight.Flight;
import dev.ristretto.runtime.flight.Subject;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which of the failures is the one that counts: the last that was not made good since. Pure.
 *
 * <p>A failed call is made good by a later one of the same kind, a container's by its next attempt.
 * The end of a container is no failure after somebody asked for it.
 */
final class Verdict {
    private static final Set<String> STOPS =
            Set.of("StopContainer", "RemoveContainer", "StopPodSandbox", "RemovePodSandbox");

    private Verdict() {}

    /** A failure that counts, and whose it is. */
    record Trouble(Subject subject, Entry entry) {
        String message() {
            return entry.failure().orElseThrow().message();
        }
    }

    /**
     * The failure that counts among these flights.
     *
     * @param flights a pod's and its containers', or that of one container
     * @param pod the pod's own, if it is known
     */
    static Optional<Trouble> of(Collection<Flight> flights, Optional<Flight> pod) {
        var stops = new ArrayList<Instant>();
        pod.ifPresent(flight -> collectStops(flight, stops));
        return latestAttempts(flights).stream()
                .flatMap(flight -> trouble(flight, stops).stream())
                .max(Comparator.comparing(trouble -> trouble.entry().at()));
    }

    private static List<Flight> latestAttempts(Collection<Flight> flights) {
        var latest = new HashMap<String, Flight>();
        for (var flight : flights) {
            var subject = flight.subject();
            var key = subject.kind() + subject.podSandboxId() + subject.name();
            latest.merge(key, flight, (a, b) -> a.bornAt().isAfter(b.bornAt()) ? a : b);
        }
        return List.copyOf(latest.values());
    }

    private static Optional<Trouble> trouble(Flight flight, List<Instant> stopsOfPod) {
        var stops = new ArrayList<>(stopsOfPod);
        collectStops(flight, stops);
        var madeGood = new HashSet<String>();
        for (var entry : flight.entries().reversed()) {
            switch (entry) {
                case Call call -> {
                    if (call.failure().isEmpty()) {
                        if (call.tookNanos().isPresent()) {
                            makeGood(call, madeGood);
                        }
                    } else if (!madeGood.contains(keyOf(call))) {
                        return Optional.of(new Trouble(flight.subject(), entry));
                    }
                }
                case Event event -> {
                    if (event.failure().isPresent() && !wanted(event, stops)) {
                        return Optional.of(new Trouble(flight.subject(), entry));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static void makeGood(Call call, Set<String> madeGood) {
        madeGood.add(keyOf(call));
        if (STOPS.contains(call.what())) {
            madeGood.add("StopContainer" + call.subject().name());
            madeGood.add("StopPodSandbox" + call.subject().name());
        }
    }

    /** A pod has many images. */
    private static String keyOf(Call call) {
        return call.what() + call.subject().name();
    }

    private static boolean wanted(Event event, List<Instant> stops) {
        return event.kind() == Event.Kind.ENDED
                && stops.stream().anyMatch(stop -> !stop.isAfter(event.at()));
    }

    private static void collectStops(Flight flight, List<Instant> stops) {
        flight.entries().stream()
                .filter(entry -> STOPS.contains(entry.what()))
                .map(Entry::at)
                .forEach(stops::add);
    }
}
