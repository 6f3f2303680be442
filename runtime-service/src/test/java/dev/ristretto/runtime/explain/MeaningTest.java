// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.app.TestClock;
import dev.ristretto.runtime.flight.Event;
import dev.ristretto.runtime.flight.FlightRecorder;
import dev.ristretto.runtime.flight.Subject;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;

class MeaningTest {
    private final TestClock clock = new TestClock();
    private final FlightRecorder recorder = new FlightRecorder(clock, System::nanoTime);

    @Test
    void id_itsBeginning_andName_meanTheSame() {
        known(Subject.pod("ab12", "default/p"));
        known(Subject.container("cd34", "web", "ab12"));

        assertThat(meant("cd34")).isEqualTo("cd34");
        assertThat(meant("cd")).isEqualTo("cd34");
        assertThat(meant("web")).isEqualTo("cd34");
        assertThat(meant("p")).isEqualTo("ab12");
        assertThat(meant("default/p")).isEqualTo("ab12");
    }

    @Test
    void ambiguousBeginning_isRefused_namingTheCandidates() {
        known(Subject.pod("ab12", "default/p"));
        known(Subject.container("ab34", "web", "ab12"));

        assertThat(Refusal.of(() -> meant("ab")))
                .isEqualTo(
                        new Refusal(
                                FaultKind.INVALID_ARGUMENT,
                                "'ab' may be container web (ab34) of pod default/p, pod default/p"
                                        + " (ab12); give more of the id"));
    }

    @Test
    void nameInTwoNamespaces_isRefused_untilItsNamespaceIsGiven() {
        known(Subject.pod("a1", "default/p"));
        known(Subject.pod("b2", "other/p"));

        assertThat(Refusal.of(() -> meant("p")).kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
        assertThat(meant("other/p")).isEqualTo("b2");
    }

    @Test
    void containersOfOneNameInTwoPods_areRefused() {
        known(Subject.pod("a1", "default/p"));
        known(Subject.pod("b2", "default/q"));
        known(Subject.container("c3", "web", "a1"));
        known(Subject.container("d4", "web", "b2"));

        assertThat(Refusal.of(() -> meant("web")).message())
                .contains("container web (c3) of pod default/p")
                .contains("container web (d4) of pod default/q");
    }

    @Test
    void ofAttempts_theLastIsMeant() {
        known(Subject.container("c1", "web", "a1"));
        known(Subject.container("c2", "web", "a1"));

        assertThat(meant("web")).isEqualTo("c2");
    }

    @Test
    void podAndContainerOfOneName_meanThePod() {
        known(Subject.pod("a1", "default/nginx"));
        known(Subject.container("c1", "nginx", "a1"));

        assertThat(meant("nginx")).isEqualTo("a1");
    }

    @Test
    void idThatBeginsLikeAnothersName_isRefused() {
        known(Subject.pod("db00", "default/web"));
        known(Subject.pod("a1", "default/db"));

        assertThat(Refusal.of(() -> meant("db")).kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
    }

    @Test
    void unknown_isNotFound() {
        assertThat(Refusal.of(() -> meant("nobody")).kind()).isEqualTo(FaultKind.NOT_FOUND);
        assertThat(Refusal.of(() -> meant("")).kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
    }

    private String meant(String text) {
        return new Meaning(recorder.flights()).of(text).subject().id();
    }

    private void known(Subject subject) {
        clock.advance(Duration.ofSeconds(1));
        recorder.happened(
                subject,
                new Event(Event.Kind.RECOVERED, clock.instant(), "begun", Optional.empty()));
    }
}
