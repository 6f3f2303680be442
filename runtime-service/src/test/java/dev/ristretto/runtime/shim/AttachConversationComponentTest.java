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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

class AttachConversationComponentTest {
    private static final int STDOUT = 64;
    private static final int STDERR = 65;
    private static final int DETACHED = 43;
    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000L);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ContainerId C1 = new ContainerId("c1".repeat(32));

    @TempDir private Path podDirectory;
    private ShimTransport transport;
    private FakeShim shim;
    private ShimClient client;

    @BeforeEach
    void start() throws IOException {
        transport = new ShimTransport(Duration.ofSeconds(10));
        shim = FakeShim.in(podDirectory, InstantSource.fixed(NOW));
        client = transport.client(new PodSandboxId("ab".repeat(32)), podDirectory);
        client.start(
                C1,
                "",
                new StdioConfig(true, false, false),
                Program.of(
                        List.of(
                                new ShimOp.Clone(0, ""),
                                new ShimOp.Exec(List.of("/bin/sh"), List.of("sh"), List.of()))));
    }

    @AfterEach
    void stop() throws IOException {
        shim.close();
        transport.close();
    }

    @Test
    void next_givesWhatTheContainerPrintsAndItsEnd() throws IOException {
        shim.answering(
                (_, connection) -> {
                    connection.attached();
                    connection.send(STDOUT, bytes("out"));
                    connection.send(STDERR, bytes("err"));
                    connection.exited(3 << 8, NOW);
                },
                FakeRequest.Attach.class);

        try (var attached = client.attach(C1, true, PATIENCE)) {
            assertThat(attached.started()).isEmpty();
            assertThat(attached.next())
                    .isEqualTo(new ExecEvent.Output(ExecEvent.Stream.STDOUT, buffer("out")));
            assertThat(attached.next())
                    .isEqualTo(new ExecEvent.Output(ExecEvent.Stream.STDERR, buffer("err")));
            assertThat(attached.next())
                    .isEqualTo(new ExecEvent.Exited(new ExitStatus.Exited(3), NOW));
            assertThatThrownBy(attached::next).isInstanceOf(IllegalStateException.class);
        }
        assertThat(shim.requests(FakeRequest.Attach.class))
                .containsExactly(new FakeRequest.Attach(C1, 2, 30_000));
    }

    @Test
    void request_withoutStdin_saysSo() throws IOException {
        try (var attached = client.attach(C1, false, Duration.ofMillis(250))) {
            assertThat(attached.started()).isEmpty();
        }

        assertThat(shim.requests(FakeRequest.Attach.class))
                .containsExactly(new FakeRequest.Attach(C1, 0, 250));
    }

    @Test
    void closeStdin_ofAContainerWhoseInputStaysOpen_detaches() throws IOException {
        shim.answering(
                (_, connection) -> {
                    connection.attached();
                    assertThat(connection.receive().payload()).isEqualTo(buffer("in"));
                    assertThat(connection.receive().type()).isEqualTo(67);
                    connection.send(DETACHED, new byte[0]);
                },
                FakeRequest.Attach.class);

        try (var attached = client.attach(C1, true, PATIENCE)) {
            attached.writeStdin(buffer("in"));
            attached.closeStdin();

            assertThat(attached.next()).isEqualTo(new ExecEvent.Detached());
        }
    }

    @Test
    void containerThatDoesNotRun_isRefused() throws IOException {
        shim.end(C1, new ExitStatus.Exited(0));

        assertThatThrownBy(() -> client.attach(C1, false, PATIENCE))
                .isInstanceOfSatisfying(
                        PodErrorException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
    }

    @Test
    void clientThatDoesNotKeepUp_isToldWhenItReadsOn() throws IOException {
        shim.answering(
                (_, connection) -> {
                    connection.attached();
                    connection.send(STDOUT, bytes("out"));
                    connection.error(Errno.ETIMEDOUT, "the client does not read");
                },
                FakeRequest.Attach.class);

        try (var attached = client.attach(C1, false, PATIENCE)) {
            assertThat(attached.next()).isInstanceOf(ExecEvent.Output.class);
            assertThatThrownBy(attached::next)
                    .isInstanceOfSatisfying(
                            PodErrorException.class,
                            e ->
                                    assertThat(ShimFailureText.text(e))
                                            .isEqualTo(
                                                    "the client does not read: Connection timed out"
                                                            + " (ETIMEDOUT); attach again"));
        }
    }

    @Test
    void podshimOfAnOlderRelease_isNamedAsTheReason() {
        shim.answering(
                (_, connection) -> connection.refused("unknown request"), FakeRequest.Attach.class);

        assertThatThrownBy(() -> client.attach(C1, false, PATIENCE))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.UNSUPPORTED))
                .hasMessageEndingWith(
                        "is of an older release, which cannot attach; recreate the pod");
    }

    @Test
    void podThatDies_isGone() throws IOException {
        shim.answering((_, connection) -> connection.attached(), FakeRequest.Attach.class);

        try (var attached = client.attach(C1, false, PATIENCE)) {
            assertThatThrownBy(attached::next).isInstanceOf(PodGoneException.class);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(bytes(text));
    }
}
