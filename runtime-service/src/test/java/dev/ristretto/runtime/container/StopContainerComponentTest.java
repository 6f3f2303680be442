// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.runtime.app.FakeImages;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.shim.ExitStatus;
import dev.ristretto.runtime.shim.FakeRequest;
import dev.ristretto.runtime.spec.ContainerConfig;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;

@Timeout(60)
class StopContainerComponentTest {
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final Duration FOREVER = Duration.ofHours(1);

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private TestNode node;
    private PodSandboxId pod;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
        pod = node.runPod("p");
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void containerThatHeedsTheSignal_isNotKilled() throws IOException {
        var id = node.start(pod, "c");

        node.containers().stop().run(id, FOREVER);

        assertThat(node.awaitExit(id).exitCode()).isEqualTo(143);
        assertThat(signals()).containsExactly(15);
    }

    @Test
    void answer_meansThatTheEndIsRecorded() throws IOException {
        var id = node.start(pod, "c");

        node.containers().stop().run(id, FOREVER);

        assertThat(node.container(id).state()).isInstanceOf(ContainerState.Exited.class);
    }

    @Test
    void containerThatIgnoresTheSignal_isKilledAfterTheGracePeriod() throws IOException {
        var id = node.start(pod, "c");
        node.shim(pod).ignoring(15);

        node.containers().stop().run(id, SHORT);

        assertThat(node.awaitExit(id).exitCode()).isEqualTo(137);
        assertThat(signals()).containsExactly(15, 9);
    }

    @Test
    void withoutGrace_itIsKilledAtOnce() throws IOException {
        var id = node.start(pod, "c");

        node.containers().stop().run(id, Duration.ZERO);

        assertThat(node.awaitExit(id).exitCode()).isEqualTo(137);
        assertThat(signals()).containsExactly(9);
    }

    @Test
    void signal_isTheImagesIfTheConfigNamesNone() throws IOException {
        var id = node.containers().create().run(pod, withoutStopSignal("c"));
        node.containers().start().run(id);

        node.containers().stop().run(id, SHORT);

        assertThat(FakeImages.WEB.config().stopSignal()).isEqualTo("SIGQUIT");
        assertThat(signals()).containsExactly(3, 9);
    }

    @Test
    void secondStopWithLessPatience_shortensTheFirst() throws Exception {
        var id = node.start(pod, "c");
        node.shim(pod).ignoring(15);
        var first = inBackground(id, FOREVER);
        TestNode.await(() -> signals().equals(List.of(15)));

        node.containers().stop().run(id, SHORT);

        first.get();
        assertThat(signals()).containsExactly(15, 15, 9);
    }

    @Test
    void secondStopWithMorePatience_doesNotLengthenTheFirst() throws Exception {
        var id = node.start(pod, "c");
        node.shim(pod).ignoring(15);
        var patient = inBackground(id, FOREVER);
        TestNode.await(() -> signals().equals(List.of(15)));

        inBackground(id, SHORT).get();

        patient.get();
        assertThat(node.awaitExit(id).exitCode()).isEqualTo(137);
    }

    @Test
    void containerThatEndsByItself_endsTheWaiting() throws Exception {
        var id = node.start(pod, "c");
        node.shim(pod).ignoring(15);
        var stopping = inBackground(id, FOREVER);
        TestNode.await(() -> signals().equals(List.of(15)));

        node.shim(pod).end(id, new ExitStatus.Exited(5));

        stopping.get();
        assertThat(node.awaitExit(id).exitCode()).isEqualTo(5);
    }

    @Test
    void whileAStopWaits_otherRequestsForThePodAreServed() throws Exception {
        var id = node.start(pod, "c");
        node.shim(pod).ignoring(15);
        var stopping = inBackground(id, FOREVER);
        TestNode.await(() -> signals().equals(List.of(15)));

        node.start(pod, "other");

        node.sandboxes().stop().run(pod);
        stopping.get();
    }

    @Test
    void stop_inEveryOtherState_isASuccessThatSendsNothing() throws IOException {
        var created = node.create(pod, "created");
        var exited = node.start(pod, "exited");
        node.shim(pod).end(exited, new ExitStatus.Exited(0));
        node.awaitExit(exited);

        node.containers().stop().run(created, FOREVER);
        node.containers().stop().run(exited, FOREVER);
        node.containers().stop().run(new ContainerId("00".repeat(32)), FOREVER);

        assertThat(signals()).isEmpty();
        assertThat(node.container(created).state()).isEqualTo(new ContainerState.Created());
    }

    @Test
    void processThatDoesNotDie_isNamed() throws IOException {
        node.withoutPatienceForKills();
        var id = node.start(pod, "c");
        node.shim(pod).ignoring(9);
        node.cgroups.populate(node.container(id).cgroup(), 4711, 4712);
        node.cgroups.makeUnkillable(node.container(id).cgroup());

        assertThat(Refusal.of(() -> node.containers().stop().run(id, Duration.ZERO)))
                .isEqualTo(
                        new Refusal(
                                FaultKind.BUSY,
                                "kill container c: processes [4711, 4712] do not die, as in"
                                        + " uninterruptible sleep; see /proc/PID/stack, retry"));
        assertThat(node.container(id).state()).isInstanceOf(ContainerState.Running.class);
    }

    @Test
    void frozenContainer_diesOfItsCgroup() throws IOException {
        node.withoutPatienceForKills();
        var id = node.start(pod, "c");
        node.shim(pod).ignoring(9);
        node.cgroups.populate(node.container(id).cgroup(), 4711);

        node.containers().stop().run(id, Duration.ZERO);

        assertThat(node.awaitExit(id).exitCode()).isEqualTo(137);
    }

    @Test
    void endThatNobodyTold_isFoundInTheCgroup() throws IOException {
        node.withoutPatienceForKills();
        var id = node.start(pod, "c");
        node.stopListening();

        node.containers().stop().run(id, Duration.ZERO);

        assertThat(node.container(id).state()).isInstanceOf(ContainerState.Exited.class);
    }

    @Test
    void podshimThatGoesMeanwhile_endsTheWaiting() throws Exception {
        var id = node.start(pod, "c");
        node.shim(pod).ignoring(15);
        var stopping = inBackground(id, FOREVER);
        TestNode.await(() -> signals().equals(List.of(15)));

        node.shim(pod).kill();

        stopping.get();
        assertThat(node.awaitExit(id).reason()).isEqualTo("ContainerStatusUnknown");
        node.awaitStopped(pod);
    }

    private List<Integer> signals() {
        return node.shim(pod).requests(FakeRequest.Signal.class).stream()
                .map(FakeRequest.Signal::signal)
                .toList();
    }

    private FutureTask<Void> inBackground(ContainerId id, Duration grace) {
        var task =
                new FutureTask<Void>(
                        () -> {
                            node.containers().stop().run(id, grace);
                            return null;
                        });
        Thread.startVirtualThread(task);
        return task;
    }

    private static ContainerConfig withoutStopSignal(String name) {
        var config = Samples.container(name);
        return new ContainerConfig(
                config.metadata(),
                config.image(),
                config.userSpecifiedImage(),
                config.command(),
                config.args(),
                config.workingDir(),
                config.envs(),
                config.mounts(),
                config.devices(),
                config.cdiDevices(),
                config.labels(),
                config.annotations(),
                config.logPath(),
                config.stdio(),
                config.limits(),
                config.oomScoreAdj(),
                config.security(),
                "");
    }
}
