// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.flight.Flight;
import dev.ristretto.runtime.flight.FlightRecorder;
import dev.ristretto.runtime.flight.Subject;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds what people mean by an id, the beginning of one, or a name. Of things that bear the same
 * name one after the other (attempts) the last is meant; of a pod and a container with one name the
 * pod, whose explanation has its containers in it. Pure.
 */
final class Meaning {
    private static final int MAX_NAMED = 8;

    private final Collection<Flight> flights;
    private final Map<String, String> podNames;

    Meaning(Collection<Flight> flights) {
        this.flights = flights;
        this.podNames = new HashMap<>();
        for (var flight : flights) {
            if (flight.subject().kind() == Subject.Kind.POD) {
                podNames.put(flight.subject().id(), flight.subject().name());
            }
        }
    }

    /**
     * @throws RuntimeFault {@code NOT_FOUND}; {@code INVALID_ARGUMENT} naming the candidates if
     *     there are several
     */
    Flight of(String text) {
        if (text.isEmpty()) {
            throw RuntimeFault.invalidArgument("object is empty; give an id or a name");
        }
        var found = new ArrayList<Flight>();
        for (var flight : flights) {
            var subject = flight.subject();
            if (subject.kind() == Subject.Kind.IMAGE) {
                continue;
            }
            if (subject.id().equals(text)) {
                return flight;
            }
            if (!subject.id().isEmpty() && subject.id().startsWith(text)) {
                found.add(flight);
            }
        }
        for (var named : byName(text)) {
            if (!found.contains(named)) {
                found.add(named);
            }
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw found.isEmpty() ? unknown(text) : ambiguous(text, found);
    }

    private List<Flight> byName(String name) {
        var pods = new HashMap<String, Flight>();
        var containers = new HashMap<String, Flight>();
        for (var flight : flights) {
            var subject = flight.subject();
            switch (subject.kind()) {
                case POD -> {
                    if (isName(subject.name(), name)) {
                        pods.merge(subject.name(), flight, Meaning::later);
                    }
                }
                case CONTAINER -> {
                    if (subject.name().equals(name)) {
                        containers.merge(podOf(subject), flight, Meaning::later);
                    }
                }
                case IMAGE -> {}
            }
        }
        return List.copyOf((pods.isEmpty() ? containers : pods).values());
    }

    /** {@code namespace/name}, or {@code name} alone. */
    private static boolean isName(String podName, String text) {
        return podName.equals(text) || podName.endsWith("/" + text);
    }

    private String podOf(Subject container) {
        return podNames.getOrDefault(container.podSandboxId(), container.podSandboxId());
    }

    private static Flight later(Flight a, Flight b) {
        return a.bornAt().isAfter(b.bornAt()) ? a : b;
    }

    private static RuntimeFault unknown(String text) {
        return RuntimeFault.notFound(
                "nothing is known of '%s': no pod or container of this node has an id that begins so,"
                        + " or that name, and none of the last %d that were removed or failed",
                text, FlightRecorder.MAX_OVER);
    }

    private RuntimeFault ambiguous(String text, List<Flight> found) {
        var named =
                found.stream()
                        .sorted(Comparator.comparing(Flight::lastAt).reversed())
                        .limit(MAX_NAMED)
                        .map(this::described)
                        .collect(Collectors.joining(", "));
        return RuntimeFault.invalidArgument(
                "'%s' may be %s%s; give more of the id",
                text, named, found.size() > MAX_NAMED ? ", …" : "");
    }

    private String described(Flight flight) {
        var subject = flight.subject();
        return subject.kind() == Subject.Kind.CONTAINER
                ? "%s of pod %s".formatted(subject.described(), podOf(subject))
                : subject.described();
    }
}
