// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.shim.ContainerReport;
import dev.ristretto.runtime.shim.ExitStatus;
import dev.ristretto.runtime.shim.FakeFailure;
import dev.ristretto.runtime.shim.FakeRequest;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

class StartContainerComponentTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private TestNode node;
    private PodSandboxId pod;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
        pod =
                node.sandboxes()
                        .run()
                        .run(Samples.logging(Samples.pod("p"), directory.resolve("logs")));
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void answer_meansRunning() throws IOException {
        var id = node.create(pod, "c");

        node.containers().start().run(id);

        var report = (ContainerReport.Running) node.shim(pod).container(id).orElseThrow();
        assertThat(node.container(id).state())
                .isEqualTo(new ContainerState.Running(report.startedAt(), report.pid()));
    }

    @Test
    void podshim_getsLogAndProgram() throws IOException {
        var id = node.start(pod, "c");

        var start = node.shim(pod).requests(FakeRequest.Start.class).getFirst();
        assertThat(start.containerId()).isEqualTo(id);
        assertThat(start.logPath()).isEqualTo(directory.resolve("logs/c.log").toString());
        assertThat(start.program().getLast())
                .isInstanceOfSatisfying(
                        ShimOp.Exec.class,
                        exec -> assertThat(exec.argv()).containsExactly("/bin/web", "--serve"));
        assertThat(directory.resolve("logs")).isDirectory();
    }

    @Test
    void start_again_isRefused() throws IOException {
        var id = node.start(pod, "c");
        var running = (ContainerState.Running) node.container(id).state();

        assertThat(Refusal.of(() -> node.containers().start().run(id)))
                .isEqualTo(
                        new Refusal(
                                FaultKind.WRONG_STATE,
                                "start container c: already running as pid " + running.pid()));
        assertThat(node.container(id).state()).isEqualTo(running);
    }

    @Test
    void start_ofWhatHasEnded_isRefusedWithItsEnd() throws IOException {
        var id = node.start(pod, "c");
        node.shim(pod).end(id, new ExitStatus.Exited(3));
        node.awaitExit(id);

        assertThat(Refusal.of(() -> node.containers().start().run(id)))
                .isEqualTo(
                        new Refusal(
                                FaultKind.WRONG_STATE,
                                "start container c: exited with code 3 at %s; create a new one"
                                        .formatted(node.clock.instant())));
    }

    @Test
    void start_inAStoppedPod_isRefusedAndStaysCreated() throws IOException {
        var id = node.create(pod, "c");
        node.sandboxes().stop().run(pod);

        assertThat(Refusal.of(() -> node.containers().start().run(id)))
                .isEqualTo(
                        new Refusal(
                                FaultKind.WRONG_STATE,
                                "start container c: pod default/p is stopped"));
        assertThat(node.container(id).state()).isEqualTo(new ContainerState.Created());
    }

    @Test
    void start_ofWhatIsUnknown_isNotFound() {
        var unknown = new ContainerId("00".repeat(32));

        assertThat(Refusal.of(() -> node.containers().start().run(unknown)).kind())
                .isEqualTo(FaultKind.NOT_FOUND);
    }

    @Test
    void stepThatFails_isWhatTheContainerEndedOf() throws IOException {
        var id = node.create(pod, "c");
        node.shim(pod).failing(new FakeFailure(ShimOp.Exec.class, Errno.ENOENT, 0, ""));

        var refusal = Refusal.of(() -> node.containers().start().run(id));

        assertThat(refusal.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
        assertThat(refusal.message()).startsWith("start container c: ").contains("(ENOENT)");
        assertThat(node.container(id).state())
                .isEqualTo(
                        new ContainerState.Exited(
                                Optional.empty(),
                                node.clock.instant(),
                                128,
                                "StartError",
                                refusal.message()));
    }

    @Test
    void logDirectoryThatCannotBeMade_isWhatTheContainerEndedOf() throws IOException {
        Files.createFile(directory.resolve("logs"));
        var id = node.create(pod, "c");

        var refusal = Refusal.of(() -> node.containers().start().run(id));

        assertThat(refusal.message())
                .startsWith("start container c: ")
                .contains(directory.resolve("logs").toString());
        assertThat(((ContainerState.Exited) node.container(id).state()).message())
                .isEqualTo(refusal.message());
    }

    @Test
    void layersThatAreLost_areNamed() throws IOException {
        var id = node.create(pod, "c");
        node.snapshots.remove(id.value());

        assertThat(Refusal.of(() -> node.containers().start().run(id)))
                .isEqualTo(
                        new Refusal(
                                FaultKind.WRONG_STATE,
                                "container c has lost its layers; remove it and make it again"));
    }

    @Test
    void podshimThatIsGone_isWhatTheContainerEndedOf() throws IOException {
        var id = node.create(pod, "c");
        node.stopListening();
        node.shim(pod).kill();

        assertThat(Refusal.of(() -> node.containers().start().run(id)).kind())
                .isEqualTo(FaultKind.WRONG_STATE);
        assertThat(node.container(id).state()).isInstanceOf(ContainerState.Exited.class);
    }

    @Test
    void startWithoutAnAnswer_isASuccessIfItRuns() throws IOException {
        node.withPatience(Duration.ofMillis(200));
        var id = node.create(pod, "c");
        node.shim(pod)
                .answering(
                        (_, connection) -> {
                            node.shim(pod).startSilently(id);
                            connection.receive();
                        },
                        FakeRequest.Start.class);

        node.containers().start().run(id);

        assertThat(node.container(id).state()).isInstanceOf(ContainerState.Running.class);
    }

    @Test
    void startWithoutAnAnswer_isAFailureIfItDoesNotRun() throws IOException {
        node.withPatience(Duration.ofMillis(200));
        var id = node.create(pod, "c");
        node.shim(pod).silentFor(FakeRequest.Start.class);

        assertThat(Refusal.of(() -> node.containers().start().run(id)).kind())
                .isEqualTo(FaultKind.BUSY);

        assertThat(((ContainerState.Exited) node.container(id).state()).reason())
                .isEqualTo("StartError");
    }

    @Test
    void containerThatRunsAfterItWasGivenUp_isKilled() throws IOException {
        node.withPatience(Duration.ofMillis(200));
        var id = node.create(pod, "c");
        node.shim(pod).silentFor(FakeRequest.Start.class);
        assertThat(Refusal.of(() -> node.containers().start().run(id)).kind())
                .isEqualTo(FaultKind.BUSY);

        node.shim(pod).startSilently(id);

        TestNode.await(
                () -> node.shim(pod).container(id).orElseThrow() instanceof ContainerReport.Exited);
        assertThat(((ContainerState.Exited) node.container(id).state()).reason())
                .isEqualTo("StartError");
    }

    @Test
    void containerThatThePodshimStartedBefore_runs() throws IOException {
        var id = node.create(pod, "c");
        node.stopListening();
        node.shim(pod).startSilently(id);

        node.containers().start().run(id);

        assertThat(node.container(id).state()).isInstanceOf(ContainerState.Running.class);
    }

    @Test
    void exitThatIsToldBeforeTheStartIs_isKept() throws IOException {
        var id = node.create(pod, "c");
        node.shim(pod)
                .answering(
                        (_, connection) -> {
                            // The end is announced first; the answer is that of the start.
                            node.shim(pod).startSilently(id);
                            node.shim(pod).end(id, new ExitStatus.Exited(7));
                            node.awaitExit(id);
                            connection.started(4711, node.clock.instant());
                        },
                        FakeRequest.Start.class);

        node.containers().start().run(id);

        assertThat(node.awaitExit(id).exitCode()).isEqualTo(7);
    }
}
