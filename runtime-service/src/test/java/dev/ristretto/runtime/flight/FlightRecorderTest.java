// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.runtime.app.TestClock;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class FlightRecorderTest {
    private static final Subject POD = Subject.pod("a1", "default/p");
    private static final Subject WEB = Subject.container("c1", "web", "a1");

    private final TestClock clock = new TestClock();
    private final FakeNanos nanos = new FakeNanos();
    private final FlightRecorder recorder = new FlightRecorder(clock, nanos);

    @Test
    void step_isNotedWithItsTime() {
        var call = recorder.begin("StartContainer", WEB);
        nanos.advance(5);
        Steps.during(
                call,
                () ->
                        Steps.act(
                                "plan its start",
                                () -> {
                                    nanos.advance(7);
                                }));
        recorder.ended(call, null, List.of(WEB));

        assertThat(call.steps())
                .containsExactly(
                        new Step("plan its start", 5, 7, Optional.empty(), Optional.empty()));
        assertThat(call.tookNanos()).hasValue(12);
        assertThat(flight(WEB).entries()).containsExactly(call);
    }

    @Test
    void failingStep_isNotedAndThrows() {
        var call = recorder.begin("StartContainer", WEB);

        Steps.during(
                call,
                () ->
                        assertThatThrownBy(
                                        () ->
                                                Steps.act(
                                                        "write its record",
                                                        () -> {
                                                            throw new IOException("disk full");
                                                        }))
                                .isInstanceOf(IOException.class));

        assertThat(call.steps().getFirst().failure()).contains(new Failure("disk full"));
    }

    @Test
    void failingProgram_namesItsOperation() {
        var call = recorder.begin("StartContainer", WEB);

        Steps.during(
                call,
                () ->
                        assertThatThrownBy(
                                        () ->
                                                Steps.program(
                                                        "start it",
                                                        () -> List.of("CHDIR: …", "EXEC: …"),
                                                        () -> {
                                                            throw new AtSecond();
                                                        }))
                                .isInstanceOf(AtSecond.class));

        var program = call.steps().getFirst().program().orElseThrow();
        assertThat(program.failedAt()).isEqualTo(1);
        assertThat(program.words().get()).hasSize(2);
        assertThat(program.tookNanos()).containsExactly(70L, 80L);
    }

    @Test
    void programThatRan_hasTheTimesOfItsResult() {
        record Ran(List<Long> tookNanos) implements ProgramRun.Timed {}
        var call = recorder.begin("StartContainer", WEB);

        Steps.during(
                call,
                () ->
                        Steps.<Ran, RuntimeException>program(
                                "start it",
                                () -> List.of("CHDIR: …", "EXEC: …"),
                                () -> new Ran(List.of(5L))));

        var program = call.steps().getFirst().program().orElseThrow();
        assertThat(program.failedAt()).isEqualTo(-1);
        assertThat(program.tookNanos()).containsExactly(5L);
    }

    @Test
    void stepThatGoesOn_isTheInnermost() {
        var call = recorder.begin("StartContainer", WEB);
        var seen = new ArrayList<String>();
        Runnable look = () -> seen.add(call.goingOn().map(Step::what).orElse("none"));

        Steps.during(
                call,
                () -> {
                    look.run();
                    Steps.act(
                            "outer",
                            () -> {
                                look.run();
                                Steps.act("inner", look::run);
                                look.run();
                            });
                    look.run();
                });

        assertThat(seen).containsExactly("none", "outer", "inner", "outer", "none");
    }

    @Test
    void whatACallMakes_isComingUntilTheCallHasEnded() {
        var pod = Subject.pod("", "default/new");
        var call = recorder.begin("RunPodSandbox", pod);

        assertThat(recorder.coming()).extracting(Flight::subject).containsExactly(pod);

        recorder.ended(call, null, List.of(pod.withId("p9")));
        assertThat(recorder.coming()).isEmpty();
    }

    @Test
    void outsideOfACall_workIsDoneAndNothingIsNoted() throws IOException {
        int answer = Steps.<Integer, IOException>step("compute", () -> 42);
        Steps.note("it is %d", answer);

        assertThat(answer).isEqualTo(42);
        assertThat(recorder.flights()).isEmpty();
    }

    @Test
    void steps_areBounded() {
        var call = recorder.begin("StartContainer", WEB);

        Steps.during(
                call,
                () -> {
                    for (int i = 0; i < Call.MAX_STEPS + 10; i++) {
                        Steps.note("step %d", i);
                    }
                });

        assertThat(call.steps()).hasSize(Call.MAX_STEPS);
        assertThat(call.droppedSteps()).isEqualTo(10);
    }

    @Test
    void flight_keepsTheFirstAndTheLastEntries() {
        int all = Flight.FIRST + Flight.LAST + 5;
        for (int i = 0; i < all; i++) {
            clock.advance(Duration.ofSeconds(1));
            recorder.ended(recorder.begin("Call" + i, WEB), null, List.of(WEB));
        }

        var names = flight(WEB).entries().stream().map(Entry::what).toList();
        assertThat(names).hasSize(Flight.FIRST + Flight.LAST);
        assertThat(names.subList(0, Flight.FIRST)).startsWith("Call0").endsWith("Call7");
        assertThat(names.get(Flight.FIRST)).isEqualTo("Call13");
        assertThat(names).endsWith("Call" + (all - 1));
        assertThat(flight(WEB).dropped()).isEqualTo(5);
    }

    @Test
    void flightsThatAreOver_areBounded_andThoseThatAreNot_areNotForgotten() {
        happened(POD);
        for (int i = 0; i < FlightRecorder.MAX_OVER + 3; i++) {
            happened(Subject.pod("", "default/failed-" + i));
        }

        assertThat(recorder.flights()).hasSize(1 + FlightRecorder.MAX_OVER);
        assertThat(recorder.find("a1")).isPresent();
        assertThat(recorder.of(Subject.pod("", "default/failed-2"))).isEmpty();
        assertThat(recorder.of(Subject.pod("", "default/failed-3"))).isPresent();
    }

    @Test
    void failureThatComesAgain_isNotForgottenAsTheOldest() {
        var again = Subject.pod("", "default/again");
        happened(again);
        for (int i = 0; i < FlightRecorder.MAX_OVER - 1; i++) {
            happened(Subject.pod("", "default/failed-" + i));
        }
        happened(again);
        happened(Subject.pod("", "default/one-more"));

        assertThat(recorder.of(again).orElseThrow().entries()).hasSize(2);
        assertThat(recorder.of(Subject.pod("", "default/failed-0"))).isEmpty();
    }

    @Test
    void removedPod_takesItsContainersWithIt_andAllCanBeExplainedStill() {
        happened(POD);
        happened(WEB);

        recorder.removed("a1");

        assertThat(flight(POD).over()).isTrue();
        assertThat(flight(WEB).over()).isTrue();
    }

    @Test
    void callsThatComeAgainAndAgain_areCounted() {
        happened(WEB);
        for (int took : new int[] {10, 30, 20}) {
            var call = recorder.begin("ExecSync", WEB);
            nanos.advance(took);
            recorder.repeated(call, took == 30 ? new IllegalStateException("late") : null);
        }

        assertThat(flight(WEB).repeats())
                .containsExactly(
                        new Repeats(
                                "ExecSync",
                                3,
                                1,
                                clock.instant(),
                                20,
                                30,
                                Optional.of(new Failure("late"))));
        assertThat(flight(WEB).entries()).hasSize(1);
    }

    @Test
    void callThatGoesOn_isSeen() {
        var call = recorder.begin("PullImage", Subject.image("busybox"));
        nanos.advance(100);

        assertThat(recorder.running()).containsExactly(call);
        assertThat(call.tookNanos()).isEmpty();
        assertThat(call.soFarNanos()).isEqualTo(100);

        recorder.ended(call, null, List.of());
        assertThat(recorder.running()).isEmpty();
    }

    @Test
    void stepsThatOthersDo_goToTheCallsThatWait() {
        var image = Subject.image("docker.io/library/busybox:1");
        var waiting = recorder.begin("PullImage", image);
        var other = recorder.begin("PullImage", Subject.image("docker.io/library/nginx:1"));
        nanos.advance(100);

        recorder.step(image, "resolve its digest", Duration.ofNanos(40), null);

        assertThat(waiting.steps())
                .containsExactly(
                        new Step("resolve its digest", 60, 40, Optional.empty(), Optional.empty()));
        assertThat(other.steps()).isEmpty();
    }

    @Test
    void manyThreads_loseNothing() throws InterruptedException {
        int threads = 8;
        int each = 500;
        var all = new ArrayList<Thread>();
        for (int t = 0; t < threads; t++) {
            var subject = Subject.container("c" + t % 2, "web", "a1");
            all.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int i = 0; i < each; i++) {
                                            var call = recorder.begin("X", subject);
                                            recorder.repeated(call, null);
                                            recorder.ended(
                                                    recorder.begin("Y", subject),
                                                    null,
                                                    List.of(subject));
                                        }
                                    }));
        }
        for (var thread : all) {
            thread.join();
        }

        long kept = 0;
        for (var flight : recorder.flights()) {
            kept += flight.entries().size() + flight.dropped();
        }
        assertThat(kept).isEqualTo((long) threads * each);
        assertThat(recorder.running()).isEmpty();
    }

    @Test
    void longMessage_isCut() {
        assertThat(new Failure("x".repeat(100_000)).message()).hasSizeLessThan(2_100);
    }

    private void happened(Subject subject) {
        recorder.happened(
                subject,
                new Event(Event.Kind.RECOVERED, clock.instant(), "begun", Optional.empty()));
    }

    private Flight flight(Subject subject) {
        return recorder.of(subject).orElseThrow();
    }

    private static final class AtSecond extends RuntimeException implements ProgramRun.AtOperation {
        private static final long serialVersionUID = 1L;

        @Override
        public long step() {
            return 1;
        }

        @Override
        public List<Long> tookNanos() {
            return List.of(70L, 80L);
        }
    }
}
