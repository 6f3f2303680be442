// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.container.ContainerStore;
import dev.ristretto.runtime.flight.Call;
import dev.ristretto.runtime.flight.Event;
import dev.ristretto.runtime.flight.Flight;
import dev.ristretto.runtime.flight.FlightRecorder;
import dev.ristretto.runtime.flight.Step;
import dev.ristretto.runtime.flight.Subject;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.sandbox.SandboxStore;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.SeccompProfile;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** {@code Explain}: what was done for a pod or a container, and why it is as it is. Reads only. */
public final class Explain {
    private static final String FIND_IMAGE = "find image ";

    private final FlightRecorder recorder;
    private final SandboxStore sandboxes;
    private final ContainerStore containers;

    public Explain(FlightRecorder recorder, SandboxStore sandboxes, ContainerStore containers) {
        this.recorder = recorder;
        this.sandboxes = sandboxes;
        this.containers = containers;
    }

    /**
     * Explains what is meant by an id, the beginning of one, or a name.
     *
     * @throws dev.ristretto.fault.RuntimeFault {@code NOT_FOUND}; {@code INVALID_ARGUMENT} naming
     *     the candidates if it is ambiguous
     */
    public Explanation run(String object) {
        var all = new ArrayList<>(recorder.flights());
        all.addAll(recorder.coming());
        var meant = new Meaning(all).of(object);
        var subject = meant.subject();
        var flights = new ArrayList<Flight>();
        flights.add(meant);
        if (subject.kind() == Subject.Kind.POD && !subject.id().isEmpty()) {
            all.stream()
                    .filter(flight -> flight.subject().podSandboxId().equals(subject.id()))
                    .sorted(Comparator.comparing(Explain::firstAt))
                    .forEach(flights::add);
        }
        var running = runningFor(subject, flights);
        var pod =
                subject.kind() == Subject.Kind.POD
                        ? Optional.of(meant)
                        : recorder.find(subject.podSandboxId());
        var trouble = Verdict.of(flights, pod);
        var state = state(meant, running);
        return new Explanation(
                subject,
                state,
                flights,
                running,
                trouble.isPresent(),
                trouble.map(this::cause).orElseGet(() -> calm(subject, state, running)));
    }

    private static Instant firstAt(Flight flight) {
        var entries = flight.entries();
        return entries.isEmpty() ? Instant.MAX : entries.getFirst().at();
    }

    private List<Call> runningFor(Subject subject, List<Flight> flights) {
        return recorder.running().stream()
                .filter(
                        call ->
                                call.subject().equals(subject)
                                        || flights.stream()
                                                .anyMatch(f -> f.subject().equals(call.subject()))
                                        || (!subject.id().isEmpty()
                                                && call.subject()
                                                        .podSandboxId()
                                                        .equals(subject.id())))
                .sorted(Comparator.comparing(Call::at))
                .toList();
    }

    private String cause(Verdict.Trouble trouble) {
        var message = trouble.message();
        return switch (trouble.entry()) {
            case Call call -> message + whyNoImage(call).map(why -> "; " + why).orElse("");
            case Event event ->
                    event.kind() == Event.Kind.ENDED ? withLog(trouble, message) : message;
        };
    }

    /** What is not here was perhaps asked for and did not come. */
    private Optional<String> whyNoImage(Call call) {
        return call.steps().stream()
                .filter(step -> step.failure().isPresent() && step.what().startsWith(FIND_IMAGE))
                .map(Step::what)
                .map(what -> Subjects.ofImage(what.substring(FIND_IMAGE.length())))
                .flatMap(image -> recorder.of(image).stream())
                .flatMap(flight -> Verdict.of(List.of(flight), Optional.empty()).stream())
                .map(trouble -> "its last pull failed: " + trouble.message())
                .findFirst();
    }

    private String withLog(Verdict.Trouble trouble, String message) {
        var container = containerOf(trouble.subject());
        if (container.isEmpty() || !endedByItself(container.get())) {
            return message;
        }
        var printed = container.get().logPath().map(LogTail::of).orElse(List.of());
        if (printed.isEmpty()) {
            return message + "; it printed nothing";
        }
        var last = String.join(" / ", printed);
        return "%s; it printed last: %s%s"
                .formatted(message, last, deniedPerhaps(container.get(), last));
    }

    private static boolean endedByItself(Container container) {
        return container.state() instanceof ContainerState.Exited exited
                && exited.reason().equals("Error")
                && exited.exitCode() < 128;
    }

    /** A filter that answers with an error number leaves no trace: nobody can know. */
    private static String deniedPerhaps(Container container, String printed) {
        var security = container.config().security();
        boolean confined =
                !security.privileged()
                        && security.seccomp().type() != SeccompProfile.Type.UNCONFINED;
        return confined && printed.contains("Operation not permitted")
                ? " (EPERM: its seccomp profile, its capabilities or its file permissions; the kernel"
                        + " keeps no record of which)"
                : "";
    }

    private Optional<Container> containerOf(Subject subject) {
        return subject.kind() == Subject.Kind.CONTAINER && !subject.id().isEmpty()
                ? containers.find(new ContainerId(subject.id()))
                : Optional.empty();
    }

    private String state(Flight flight, List<Call> running) {
        var subject = flight.subject();
        if (subject.id().isEmpty()) {
            return running.stream().anyMatch(call -> call.subject().equals(subject))
                    ? "being made"
                    : "never came to be";
        }
        return switch (subject.kind()) {
            case POD ->
                    sandboxes
                            .find(new PodSandboxId(subject.id()))
                            .map(sandbox -> words(sandbox.state()))
                            .orElse("removed");
            case CONTAINER -> containerOf(subject).map(c -> words(c.state())).orElse("removed");
            case IMAGE -> "";
        };
    }

    private static String words(SandboxState state) {
        return switch (state) {
            case SandboxState.Creating() -> "being made";
            case SandboxState.Ready _ -> "ready";
            case SandboxState.NotReady() -> "stopped";
        };
    }

    private static String words(ContainerState state) {
        return switch (state) {
            case ContainerState.Created() -> "created";
            case ContainerState.Running(_, var pid) -> "running as pid " + pid;
            case ContainerState.Exited exited ->
                    "exited with code %d (%s)".formatted(exited.exitCode(), exited.reason());
        };
    }

    private static String goesOn(Step step) {
        return ", for the last %s it is about to %s"
                .formatted(EndWords.words(Duration.ofNanos(step.tookNanos())), step.what());
    }

    private static String calm(Subject subject, String state, List<Call> running) {
        if (!running.isEmpty()) {
            var call = running.getLast();
            return "%s of %s has gone on for %s%s"
                    .formatted(
                            call.what(),
                            call.subject().described(),
                            EndWords.words(Duration.ofNanos(call.soFarNanos())),
                            call.goingOn().map(Explain::goesOn).orElse(""));
        }
        return "nothing failed: %s is %s".formatted(subject.described(), state);
    }
}
