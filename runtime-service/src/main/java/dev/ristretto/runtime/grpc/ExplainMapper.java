// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.runtime.explain.Explanation;
import dev.ristretto.runtime.flight.Call;
import dev.ristretto.runtime.flight.Entry;
import dev.ristretto.runtime.flight.Event;
import dev.ristretto.runtime.flight.Failure;
import dev.ristretto.runtime.flight.Flight;
import dev.ristretto.runtime.flight.ProgramRun;
import dev.ristretto.runtime.flight.Repeats;
import dev.ristretto.runtime.flight.Step;
import dev.ristretto.runtime.flight.Subject;

import ristretto.v1.ExplainResponse;
import ristretto.v1.FlightEntry;
import ristretto.v1.FlightStep;
import ristretto.v1.ProgramOperation;
import ristretto.v1.RepeatedCall;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Explanations to protocol buffers. */
final class ExplainMapper {
    private ExplainMapper() {}

    static ExplainResponse toProto(Explanation explanation) {
        var response =
                ExplainResponse.newBuilder()
                        .setSubject(toProto(explanation.subject()))
                        .setState(explanation.state())
                        .setFailed(explanation.failed())
                        .setCause(oneLine(explanation.cause()));
        explanation.flights().forEach(flight -> response.addFlights(toProto(flight)));
        explanation.running().forEach(call -> response.addRunning(goingOn(call)));
        return response.build();
    }

    private static ristretto.v1.Subject toProto(Subject subject) {
        return ristretto.v1.Subject.newBuilder()
                .setKind(subject.kind().name().toLowerCase(Locale.ROOT))
                .setId(subject.id())
                .setName(subject.name())
                .setPodSandboxId(subject.podSandboxId())
                .build();
    }

    private static ristretto.v1.Flight toProto(Flight flight) {
        var proto =
                ristretto.v1.Flight.newBuilder()
                        .setSubject(toProto(flight.subject()))
                        .setDroppedEntries(flight.dropped());
        flight.entries().forEach(entry -> proto.addEntries(toProto(entry)));
        flight.repeats().stream()
                .sorted(Comparator.comparing(Repeats::rpc))
                .forEach(repeats -> proto.addRepeatedCalls(toProto(repeats)));
        return proto.build();
    }

    private static FlightEntry toProto(Entry entry) {
        var proto =
                FlightEntry.newBuilder()
                        .setAt(Times.nanos(entry.at()))
                        .setWhat(entry.what())
                        .setFailure(words(entry.failure()));
        return switch (entry) {
            case Call call -> {
                call.steps().stream()
                        .sorted(Comparator.comparing(Step::afterNanos))
                        .forEach(step -> proto.addSteps(toProto(step)));
                yield proto.setTook(call.soFarNanos()).setDroppedSteps(call.droppedSteps()).build();
            }
            case Event _ -> proto.build();
        };
    }

    private static FlightEntry goingOn(Call call) {
        var proto = toProto(call).toBuilder();
        call.goingOn().ifPresent(step -> proto.addSteps(toProto(step).toBuilder().setGoesOn(true)));
        return proto.build();
    }

    private static FlightStep toProto(Step step) {
        var proto =
                FlightStep.newBuilder()
                        .setAfter(step.afterNanos())
                        .setTook(step.tookNanos())
                        .setWhat(step.what())
                        .setFailure(words(step.failure()));
        step.program().ifPresent(program -> add(proto, program));
        return proto.build();
    }

    private static void add(FlightStep.Builder step, ProgramRun program) {
        var words = program.words().get();
        for (int i = 0; i < words.size(); i++) {
            step.addProgram(
                    ProgramOperation.newBuilder()
                            .setWords(words.get(i))
                            .setFailed(i == program.failedAt())
                            .setTook(
                                    i < program.tookNanos().size()
                                            ? program.tookNanos().get(i)
                                            : 0));
        }
    }

    private static RepeatedCall toProto(Repeats repeats) {
        return RepeatedCall.newBuilder()
                .setRpc(repeats.rpc())
                .setCount(repeats.count())
                .setFailures(repeats.failures())
                .setLastAt(Times.nanos(repeats.lastAt()))
                .setLastTook(repeats.lastNanos())
                .setLongestTook(repeats.longestNanos())
                .setLastFailure(words(repeats.lastFailure()))
                .build();
    }

    private static String words(Optional<Failure> failure) {
        return failure.map(Failure::message).orElse("");
    }

    /** Whoever prints it prints it as the last line. */
    private static String oneLine(String text) {
        return text.replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
