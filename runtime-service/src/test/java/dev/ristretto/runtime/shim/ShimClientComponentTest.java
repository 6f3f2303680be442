// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.StdioConfig;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

class ShimClientComponentTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000L, 123_456_789);
    private static final StdioConfig NO_STDIO = new StdioConfig(false, false, false);
    private static final PodSandboxId POD = new PodSandboxId("ab".repeat(32));
    private static final ContainerId C1 = new ContainerId("c1".repeat(32));
    private static final ContainerId C2 = new ContainerId("c2".repeat(32));
    private static final Program PROGRAM =
            Program.of(
                    List.of(
                            new ShimOp.OpenTree(1, "/data", 1),
                            new ShimOp.MoveMount(1, 2, "/mnt"),
                            new ShimOp.Clone(0, ""),
                            new ShimOp.Exec(List.of("/bin/true"), List.of("true"), List.of())));

    @TempDir private Path podDirectory;
    private ShimTransport transport;
    private FakeShim shim;
    private ShimClient client;

    @BeforeEach
    void start() throws IOException {
        transport = new ShimTransport(Duration.ofSeconds(10));
        shim = FakeShim.in(podDirectory, InstantSource.fixed(NOW));
        client = transport.client(POD, podDirectory);
    }

    @AfterEach
    void stop() throws IOException {
        shim.close();
        transport.close();
    }

    @Test
    void status_tellsTheContainersInEveryState() throws IOException {
        shim.starting(C1);
        var started = client.start(C2, "/logs/0.log", NO_STDIO, PROGRAM);

        var state = client.status();

        assertThat(state.protocolVersion()).isEqualTo(1);
        assertThat(state.containers())
                .containsExactly(
                        new ContainerReport.Starting(C1),
                        new ContainerReport.Running(C2, started.pid(), NOW));
    }

    @Test
    void requests_arriveAsTheyWereMade() throws IOException {
        client.start(C1, "/logs/ü.log", new StdioConfig(true, true, true), PROGRAM);
        client.reopenLog(C1, "/logs/1.log");
        client.signal(C1, 9);
        client.forget(C1);

        assertThat(shim.requests())
                .containsExactly(
                        new FakeRequest.Start(C1, "/logs/ü.log", 7, PROGRAM.operations()),
                        new FakeRequest.ReopenLog(C1, "/logs/1.log"),
                        new FakeRequest.Signal(C1, 9),
                        new FakeRequest.Forget(C1));
    }

    @Test
    void start_whenAStepFails_saysWhichAndWhy() {
        shim.failing(new FakeFailure(ShimOp.MoveMount.class, Errno.ENOTDIR, 0, "its words"));

        assertThatThrownBy(() -> client.start(C1, "", NO_STDIO, PROGRAM))
                .isInstanceOfSatisfying(
                        ShimException.class,
                        e -> {
                            assertThat(e.step()).isEqualTo(1);
                            assertThat(e.operation()).isEqualTo(PROGRAM.operations().get(1));
                            assertThat(e.errno()).isEqualTo(Errno.ENOTDIR);
                            assertThat(e.kernelText()).isEqualTo("its words");
                        })
                .hasMessage(
                        "run step 1, MOVE_MOUNT, in pod sandbox %s: Not a directory (ENOTDIR): its"
                                + " words",
                        POD);
    }

    @Test
    void start_tellsWhatTheOperationsTook() throws IOException {
        shim.answering(
                (_, connection) -> {
                    connection.send(44, times(250, 4711));
                    connection.started(7, NOW);
                });

        var started = client.start(C1, "", NO_STDIO, PROGRAM);

        assertThat(started).isEqualTo(new Started(7, NOW, List.of(250L, 4711L)));
    }

    @Test
    void start_thatFails_tellsWhatTheOperationsTookUntilThen() {
        shim.answering(
                (_, connection) -> {
                    connection.send(44, times(250));
                    connection.failed(
                            1, 20, new FakeFailure(ShimOp.MoveMount.class, Errno.ENOTDIR, 0, ""));
                });

        assertThatThrownBy(() -> client.start(C1, "", NO_STDIO, PROGRAM))
                .isInstanceOfSatisfying(
                        ShimException.class, e -> assertThat(e.tookNanos()).containsExactly(250L));
    }

    @Test
    void start_byAnOlderPodshim_isAskedForWithoutTimes() throws IOException {
        shim.answering((_, connection) -> connection.refused("unknown request"));

        assertThat(client.start(C1, "", NO_STDIO, PROGRAM).tookNanos()).isEmpty();

        assertThat(shim.container(C1)).containsInstanceOf(ContainerReport.Running.class);
        assertThat(transport.faults().counts()).containsEntry("protocol", 0L);
    }

    private static byte[] times(long... nanos) {
        var payload = FakeConnection.fields(4 + 8 * nanos.length).putInt(nanos.length);
        for (long one : nanos) {
            payload.putLong(one);
        }
        return payload.array();
    }

    @Test
    void error_carriesErrnoAndWords() {
        assertThatThrownBy(() -> client.signal(C1, 15))
                .isInstanceOfSatisfying(
                        PodErrorException.class,
                        e -> {
                            assertThat(e.errno()).isEqualTo(Errno.ESRCH);
                            assertThat(e.what()).isEqualTo("no such running container");
                        });
    }

    @Test
    void forget_ofARunningContainer_isBusy() throws IOException {
        client.start(C1, "", NO_STDIO, PROGRAM);

        assertThatThrownBy(() -> client.forget(C1))
                .isInstanceOfSatisfying(
                        PodErrorException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
    }

    @Test
    void refused_isAFaultOfTheProtocol() {
        shim.answering((_, connection) -> connection.refused("an unknown type"));

        assertThatThrownBy(client::status)
                .isInstanceOf(PodProtocolException.class)
                .hasMessageEndingWith("it refused the request: an unknown type");
    }

    @Test
    void refusal_isReadAlthoughTheRequestWasNot() {
        var content = Bytes.of(new byte[4 << 20]);
        var large = Program.of(List.of(new ShimOp.WriteFile(1, "/x", content, 0644)));
        try (var impatient = new ShimTransport(Duration.ofSeconds(10))) {
            var directory = podDirectory.resolve("p");

            assertThatThrownBy(
                            () -> {
                                try (var rude = RawServer.in(directory)) {
                                    rude.hangingUpAfter(8, new FakeFrame(34, "\4\0\0\0long\0"));
                                    // It is asked once more, as an older podshim would be.
                                    rude.hangingUpAfter(8, new FakeFrame(34, "\4\0\0\0long\0"));
                                    impatient.client(POD, directory).start(C1, "", NO_STDIO, large);
                                }
                            })
                    .isInstanceOf(PodProtocolException.class)
                    .hasMessageEndingWith("it refused the request: long");
        }
    }

    @Test
    void silence_becomesBusyAfterThePatience() {
        shim.silent();
        try (var impatient = new ShimTransport(Duration.ofMillis(50))) {
            assertThatThrownBy(() -> impatient.client(POD, podDirectory).status())
                    .isInstanceOfSatisfying(
                            RuntimeFault.class,
                            fault -> assertThat(fault.kind()).isEqualTo(FaultKind.BUSY))
                    .hasMessage("ask pod sandbox %s: no answer within 50 ms; retry", POD);
        }
    }

    @Test
    void podThatWasNeverThere_isGone() {
        var elsewhere = transport.client(POD, podDirectory.resolve("none"));

        assertThatThrownBy(elsewhere::status)
                .isInstanceOf(PodGoneException.class)
                .hasMessageEndingWith("shim.sock does not exist (ENOENT)");
    }

    @Test
    void podThatDied_isGone() throws IOException {
        shim.kill();

        assertThat(podDirectory.resolve("shim.sock")).exists();
        assertThatThrownBy(client::status)
                .isInstanceOf(PodGoneException.class)
                .hasMessageEndingWith("(ECONNREFUSED)");
    }

    @Test
    void podThatDiesBeforeItAnswers_isGone() {
        shim.answering((_, connection) -> connection.close());

        assertThatThrownBy(client::status).isInstanceOf(PodGoneException.class);
    }

    @Test
    void shutdown_endsThePod() throws IOException {
        client.shutdown();

        assertThat(shim.requests()).containsExactly(new FakeRequest.Shutdown());
    }

    @Test
    void watch_givesWhatThereIsAndThenEveryChange() throws IOException {
        var running = client.start(C1, "", NO_STDIO, PROGRAM);

        try (var watch = client.watch()) {
            assertThat(watch.snapshot())
                    .containsExactly(new ContainerReport.Running(C1, running.pid(), NOW));

            shim.starting(C2);
            client.signal(C1, 15);

            assertThat(watch.next()).isEqualTo(new ContainerReport.Starting(C2));
            assertThat(watch.next())
                    .isEqualTo(
                            new ContainerReport.Exited(
                                    C1, new ExitRecord(new ExitStatus.Signaled(15), NOW, NOW)));
            assertThat(ExitRecord.read(podDirectory, C1))
                    .contains(new ExitRecord(new ExitStatus.Signaled(15), NOW, NOW));
        }
    }

    @Test
    void watch_endsWithThePod() throws IOException {
        try (var watch = client.watch()) {
            shim.kill();

            assertThatThrownBy(watch::next).isInstanceOf(PodGoneException.class);
        }
    }

    @Test
    void virtualThreads_waitForRoomInAFullQueue() throws Exception {
        var directory = Files.createDirectory(podDirectory.resolve("full"));
        try (var full = RawServer.withBacklog(directory, 1)) {
            var results = new CopyOnWriteArrayList<PodState>();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 8; i++) {
                threads.add(
                        Thread.startVirtualThread(
                                () -> {
                                    try {
                                        results.add(transport.client(POD, directory).status());
                                    } catch (IOException e) {
                                        throw new UncheckedIOException(e);
                                    }
                                }));
            }
            full.answeringAll(8, new FakeFrame(41, "\7\0\0\0\1\0\0\0\0\0\0\0"));
            for (var thread : threads) {
                thread.join();
            }

            assertThat(results).hasSize(8).containsOnly(new PodState(7, 1, List.of()));
        }
    }
}
