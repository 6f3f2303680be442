// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.container.ContainerStore;
import dev.ristretto.runtime.event.ContainerEvents;
import dev.ristretto.runtime.explain.EndRecorder;
import dev.ristretto.runtime.explain.PullRecorder;
import dev.ristretto.runtime.observe.Exposition;
import dev.ristretto.runtime.observe.Exposition.Type;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.sandbox.SandboxStore;
import dev.ristretto.runtime.shim.ShimFaults;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the daemon manages, for its metrics. */
record NodeFigures(
        SandboxStore sandboxes,
        ContainerStore containers,
        ContainerEvents events,
        Counters counters)
        implements Consumer<Exposition> {
    /** Who count what the stores do not keep. */
    record Counters(EndRecorder ends, PullRecorder pulls, ShimFaults shims) {}

    @Override
    public void accept(Exposition text) {
        states(text);
        counters(text);
    }

    private void counters(Exposition text) {
        text.each(
                "ristretto_container_ends_total",
                Type.COUNTER,
                "Containers that ended, by reason; OOMKilled are those that ran out of memory.",
                "reason",
                counters.ends.ends());
        text.single(
                "ristretto_pulled_bytes_total",
                Type.COUNTER,
                "Bytes that have come from registries.",
                counters.pulls.receivedBytes());
        text.each(
                "ristretto_podshim_faults_total",
                Type.COUNTER,
                "Podshims that ended unasked (lost), did not answer in time (silent), or said what"
                        + " is not in the protocol.",
                "kind",
                counters.shims.counts());
        text.single(
                "ristretto_events_total",
                Type.COUNTER,
                "Changes of pods and containers.",
                events.published());
        text.single(
                "ristretto_event_clients",
                Type.GAUGE,
                "Clients of GetContainerEvents.",
                events.listeners());
        text.single(
                "ristretto_event_clients_cut_total",
                Type.COUNTER,
                "Clients of GetContainerEvents that were cut off because they did not keep up.",
                events.cut());
    }

    private void states(Exposition text) {
        text.each(
                "ristretto_pods",
                Type.GAUGE,
                "Pod sandboxes by state.",
                "state",
                count(
                        Stream.of("creating", "ready", "notready"),
                        sandboxes.all().stream().map(s -> word(s.state()))));
        text.each(
                "ristretto_containers",
                Type.GAUGE,
                "Containers by state.",
                "state",
                count(
                        Stream.of("created", "running", "exited"),
                        containers.list().stream().map(c -> word(c.state()))));
    }

    /** A state that nothing is in counts 0. */
    private static Map<String, Long> count(Stream<String> states, Stream<String> found) {
        var counts = new TreeMap<String, Long>();
        states.forEach(state -> counts.put(state, 0L));
        counts.putAll(
                found.collect(Collectors.groupingBy(Function.identity(), Collectors.counting())));
        return counts;
    }

    private static String word(SandboxState state) {
        return switch (state) {
            case SandboxState.Creating() -> "creating";
            case SandboxState.Ready _ -> "ready";
            case SandboxState.NotReady() -> "notready";
        };
    }

    private static String word(ContainerState state) {
        return switch (state) {
            case ContainerState.Created() -> "created";
            case ContainerState.Running _ -> "running";
            case ContainerState.Exited _ -> "exited";
        };
    }
}
