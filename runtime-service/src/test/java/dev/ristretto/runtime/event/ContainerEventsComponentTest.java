// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.app.Faults;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** What listeners hear of a node's life. */
@Timeout(60)
class ContainerEventsComponentTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private TestNode node;
    private EventSubscription listener;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
        listener = node.events().subscribe("test");
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    private ContainerEvent next() {
        return listener.next(() -> true).orElseThrow();
    }

    /** What is heard until the daemon stops, which is now, as {@code KIND object}. */
    private List<String> rest(PodSandboxId pod) {
        node.events().close();
        var heard = new ArrayList<String>();
        for (var event = listener.next(() -> true);
                event.isPresent();
                event = listener.next(() -> true)) {
            var of = event.get().id().equals(pod.value()) ? "pod" : "container";
            heard.add(event.get().kind() + " " + of);
        }
        return heard;
    }

    @Test
    void lifeOfAPod_isToldInOrder() throws IOException {
        var pod = node.runPod("p");
        var container = node.start(pod, "c");
        node.containers().stop().run(container, Duration.ZERO);
        node.containers().remove().run(container);
        node.sandboxes().stop().run(pod);
        node.sandboxes().remove().run(pod);

        assertThat(rest(pod))
                .containsExactly(
                        "CREATED pod",
                        "STARTED pod",
                        "CREATED container",
                        "STARTED container",
                        "STOPPED container",
                        "DELETED container",
                        "STOPPED pod",
                        "DELETED pod");
    }

    @Test
    void removingAPod_tellsOfAllThatWasInIt() throws IOException {
        var pod = node.runPod("p");
        node.start(pod, "c");
        node.sandboxes().remove().run(pod);

        assertThat(rest(pod).subList(4, 8))
                .containsExactly(
                        "STOPPED container", "STOPPED pod", "DELETED container", "DELETED pod");
    }

    @Test
    void event_holdsPodAndContainersAsTheyAreThen() throws IOException {
        var pod = node.runPod("p");
        var container = node.start(pod, "c");
        node.containers().stop().run(container, Duration.ZERO);

        assertThat(next().sandbox().orElseThrow()).isEqualTo(node.sandbox(pod));
        next();
        var created = next();
        var started = next();
        var stopped = next();

        assertThat(created.containers().stream().map(Container::state))
                .containsExactly(new ContainerState.Created());
        assertThat(started.containers().getFirst().state())
                .isInstanceOf(ContainerState.Running.class);
        assertThat(stopped.containers()).containsExactly(node.container(container));
        assertThat(((ContainerState.Exited) stopped.containers().getFirst().state()).exitCode())
                .isNotZero();
        assertThat(stopped.sandbox().orElseThrow().state()).isInstanceOf(SandboxState.Ready.class);
    }

    @Test
    void deletedPod_isToldWithWhatItWasLast() throws IOException {
        var pod = node.runPod("p");
        node.sandboxes().stop().run(pod);
        var last = node.sandbox(pod);
        node.sandboxes().remove().run(pod);
        next();
        next();
        next();

        var deleted = next();

        assertThat(deleted.id()).isEqualTo(pod.value());
        assertThat(deleted.sandbox()).contains(last);
        assertThat(deleted.containers()).isEmpty();
    }

    @Test
    void times_growThoughTheClockStands() throws IOException {
        node.runPod("p");
        var first = next();
        var second = next();

        assertThat(second.at()).isAfter(first.at());
    }

    @Test
    void podThatCannotBeMade_isNotToldOf() throws IOException {
        for (int n = 1; n < 100; n++) {
            node.faults.arm(n, Faults.How.BEFORE);
            if (catchThrowable(() -> node.runPod("p")) == null) {
                break;
            }
        }
        node.faults.disarm();
        var pod = node.sandboxes().store().list().getFirst().id();

        assertThat(rest(pod)).containsExactly("CREATED pod", "STARTED pod");
    }

    @Test
    void podshimThatDies_stopsItsContainersAndThePod() throws IOException {
        var pod = node.runPod("p");
        node.start(pod, "c");
        for (int i = 0; i < 4; i++) {
            next();
        }
        node.shim(pod).kill();
        node.awaitStopped(pod);

        assertThat(rest(pod)).containsExactly("STOPPED container", "STOPPED pod");
    }

    @Test
    void allListeners_hearTheSame() throws IOException {
        var other = node.events().subscribe("other");
        node.runPod("p");

        assertThat(other.next(() -> true).orElseThrow()).isSameAs(next());
        assertThat(other.next(() -> true).orElseThrow()).isSameAs(next());
    }

    @Test
    void listenerThatIsTooSlow_isCutOffAndTold_whileOthersHearAll() throws IOException {
        var events =
                ContainerEvents.of(
                        node.sandboxes().store(), node.containers().store(), node.clock, 3);
        var slow = events.subscribe("client 7");
        node.runPod("p1");
        node.runPod("p2");

        assertThatThrownBy(() -> slow.next(() -> true))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        f -> assertThat(f.kind()).isEqualTo(FaultKind.EXHAUSTED))
                .hasMessageContaining("events to client 7: more than 3 were waiting")
                .hasMessageContaining("connect again");
        assertThat(events.cut()).isEqualTo(1);
        assertThat(events.listeners()).isZero();
        for (int i = 0; i < 4; i++) {
            assertThat(next().kind()).isNotNull();
        }
    }

    @Test
    void stoppingDaemon_tellsAListenerThatDoesNotReadHowMuchItMisses() throws IOException {
        node.runPod("p");
        node.events().close();

        assertThatThrownBy(() -> listener.next(() -> false))
                .hasMessageContaining("the daemon stops with 2 not sent");
    }

    @Test
    void listenerAfterTheEnd_hearsTheEnd() {
        node.events().close();

        assertThat(node.events().subscribe("late").next(() -> true)).isEmpty();
    }

    @Test
    void waitingListener_isWokenByItsOwnLeaving() throws InterruptedException {
        var ended = new AtomicBoolean();
        var waiter = Thread.ofVirtual().start(() -> ended.set(listener.next(() -> true).isEmpty()));

        listener.close();
        waiter.join();

        assertThat(ended).isTrue();
        assertThat(node.events().listeners()).isZero();
    }

    @Test
    void tooManyListeners_areRefused() {
        for (int i = 1; i < 64; i++) {
            node.events().subscribe("client " + i).listener();
        }

        assertThatThrownBy(() -> node.events().subscribe("one more"))
                .hasMessageContaining("events to one more: 64 clients listen already");
    }
}
