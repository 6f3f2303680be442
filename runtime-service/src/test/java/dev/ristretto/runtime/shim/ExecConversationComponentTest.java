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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

class ExecConversationComponentTest {
    private static final int STDOUT = 64;
    private static final int STDIN = 66;
    private static final int STDIN_END = 67;
    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000L);
    private static final StdioConfig STDIN_ONLY = new StdioConfig(true, false, false);
    private static final ContainerId C1 = new ContainerId("c1".repeat(32));
    private static final Program PROGRAM =
            Program.of(
                    List.of(
                            new ShimOp.SetnsContainer(C1.value(), 1),
                            new ShimOp.Clone(0, ""),
                            new ShimOp.Exec(List.of("/bin/cat"), List.of("cat"), List.of())));

    @TempDir private Path podDirectory;
    private ShimTransport transport;
    private FakeShim shim;
    private ShimClient client;

    @BeforeEach
    void start() throws IOException {
        transport = new ShimTransport(Duration.ofSeconds(10));
        shim = FakeShim.in(podDirectory, InstantSource.fixed(NOW));
        client = transport.client(new PodSandboxId("ab".repeat(32)), podDirectory);
        client.start(C1, "", STDIN_ONLY, PROGRAM);
    }

    @AfterEach
    void stop() throws IOException {
        shim.close();
        transport.close();
    }

    @Test
    void next_givesTheOutputInOrderAndThenTheEnd() throws IOException {
        shim.executing(FakeExec.printing("out", "err", 3));

        try (var exec = exec()) {
            assertThat(exec.started().orElseThrow().pid()).isPositive();
            assertThat(text(exec.next(), ExecEvent.Stream.STDOUT)).isEqualTo("out");
            assertThat(text(exec.next(), ExecEvent.Stream.STDERR)).isEqualTo("err");
            assertThat(exec.next()).isEqualTo(new ExecEvent.Exited(new ExitStatus.Exited(3), NOW));
            assertThatThrownBy(exec::next).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void request_tellsTheTerminal() throws IOException {
        var terminal = new TerminalSize(24, 80);

        try (var exec = client.exec(C1, new StdioConfig(true, false, true), terminal, PROGRAM)) {
            assertThat(exec.next()).isInstanceOf(ExecEvent.Exited.class);
        }
        assertThat(shim.requests(FakeRequest.Exec.class))
                .containsExactly(new FakeRequest.Exec(C1, 3, terminal, PROGRAM.operations()));
    }

    @Test
    void emptyFrames_areNoEvents() throws IOException {
        shim.executing(
                (_, connection) -> {
                    connection.send(STDOUT, new byte[0]);
                    return new ExitStatus.Exited(0);
                });

        try (var exec = exec()) {
            assertThat(exec.next()).isInstanceOf(ExecEvent.Exited.class);
        }
    }

    @Test
    void stdin_comesBackFromACat_thoughItIsLongerThanAnyBuffer() throws Exception {
        shim.executing(ExecConversationComponentTest::cat);
        var input = new byte[3_000_000];
        for (int i = 0; i < input.length; i++) {
            input[i] = (byte) (i * 31 + (i >> 8));
        }

        try (var exec = exec()) {
            var writer =
                    Thread.startVirtualThread(
                            () -> {
                                try {
                                    exec.writeStdin(ByteBuffer.wrap(input));
                                    exec.closeStdin();
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            });
            var output = new ByteArrayOutputStream();
            var event = exec.next();
            while (event instanceof ExecEvent.Output(_, var bytes)) {
                output.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
                event = exec.next();
            }
            writer.join();

            assertThat(output.toByteArray()).isEqualTo(input);
        }
    }

    @Test
    void resizeAndSignal_areSent() throws IOException {
        var seen = new ArrayList<FakeConnection.Frame>();
        shim.executing(
                (_, connection) -> {
                    seen.add(connection.receive());
                    seen.add(connection.receive());
                    return new ExitStatus.Signaled(2);
                });

        try (var exec = exec()) {
            exec.resize(new TerminalSize(50, 132));
            exec.signal(2);
            assertThat(exec.next())
                    .isEqualTo(new ExecEvent.Exited(new ExitStatus.Signaled(2), NOW));
        }
        assertThat(seen).extracting(FakeConnection.Frame::type).containsExactly(68, 69);
        assertThat(seen.get(0).payload().getInt(0)).isEqualTo(50);
        assertThat(seen.get(0).payload().getInt(4)).isEqualTo(132);
        assertThat(seen.get(1).payload().getInt(0)).isEqualTo(2);
    }

    @Test
    void limit_endsTheLeaseAndIsATimeOut() throws Exception {
        var hungUp = new CompletableFuture<Boolean>();
        shim.executing((_, connection) -> untilHangUp(connection, hungUp));

        try (var exec = exec()) {
            exec.limit(Duration.ofMillis(30));

            assertThatThrownBy(exec::next)
                    .isInstanceOfSatisfying(
                            RuntimeFault.class,
                            fault -> assertThat(fault.kind()).isEqualTo(FaultKind.TIMED_OUT))
                    .hasMessageEndingWith(": not done within 30 ms");
            assertThat(hungUp.get()).isTrue();
        }
    }

    @Test
    void close_ofAnotherThread_endsTheLeaseAndWakesTheReader() throws Exception {
        var hungUp = new CompletableFuture<Boolean>();
        var running = new CountDownLatch(1);
        shim.executing(
                (_, connection) -> {
                    running.countDown();
                    return untilHangUp(connection, hungUp);
                });
        var exec = exec();
        running.await();

        var reader = new CompletableFuture<Throwable>();
        var _ =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                reader.completeExceptionally(
                                        new AssertionError(exec.next().toString()));
                            } catch (IOException e) {
                                reader.complete(e);
                            }
                        });
        exec.close();

        assertThat(reader.get()).isInstanceOf(ClosedChannelException.class);
        assertThat(hungUp.get()).isTrue();
        assertThatThrownBy(exec::next).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void podThatDies_isGone() throws IOException {
        shim.executing(
                (_, connection) -> {
                    connection.close();
                    throw new IOException("killed");
                });

        try (var exec = exec()) {
            assertThatThrownBy(exec::next).isInstanceOf(PodGoneException.class);
        }
    }

    @Test
    void frameThatHasNoPlaceHere_isAFaultOfTheProtocol() throws IOException {
        shim.executing(
                (_, connection) -> {
                    connection.ok();
                    return new ExitStatus.Exited(0);
                });

        try (var exec = exec()) {
            assertThatThrownBy(exec::next)
                    .isInstanceOf(PodProtocolException.class)
                    .hasMessageEndingWith("it answered with OK");
        }
    }

    @Test
    void stepThatFails_isReportedBeforeAnyEvent() {
        shim.failing(ShimOp.Exec.class, Errno.ENOENT);

        assertThatThrownBy(this::exec)
                .isInstanceOfSatisfying(
                        ShimException.class, e -> assertThat(e.step()).isEqualTo(2));
    }

    @Test
    void manyAtOnce_keepTheirOutputsApart() throws Exception {
        shim.executing(ExecConversationComponentTest::cat);
        var wrong = new CompletableFuture<String>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 200; i++) {
            var word = "exec " + i;
            threads.add(
                    Thread.startVirtualThread(
                            () -> {
                                try (var exec = exec()) {
                                    exec.writeStdin(
                                            ByteBuffer.wrap(word.getBytes(StandardCharsets.UTF_8)));
                                    exec.closeStdin();
                                    var echo = text(exec.next(), ExecEvent.Stream.STDOUT);
                                    if (!echo.equals(word)) {
                                        wrong.complete(word + " got " + echo);
                                    }
                                } catch (IOException | AssertionError e) {
                                    wrong.complete(word + " failed: " + e);
                                }
                            }));
        }
        for (var thread : threads) {
            thread.join();
        }

        assertThat(wrong.getNow("all right")).isEqualTo("all right");
    }

    private ExecConversation exec() throws IOException {
        return client.exec(C1, STDIN_ONLY, TerminalSize.NONE, PROGRAM);
    }

    private static String text(ExecEvent event, ExecEvent.Stream stream) {
        if (!(event instanceof ExecEvent.Output(var from, var bytes)) || from != stream) {
            throw new AssertionError("no output on " + stream + " but " + event);
        }
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private static ExitStatus cat(FakeRequest.Exec request, FakeConnection connection)
            throws IOException {
        var frame = connection.receive();
        while (frame.type() == STDIN) {
            connection.send(STDOUT, frame.payload().array());
            frame = connection.receive();
        }
        return new ExitStatus.Exited(frame.type() == STDIN_END ? 0 : 1);
    }

    private static ExitStatus untilHangUp(
            FakeConnection connection, CompletableFuture<Boolean> hungUp) throws IOException {
        try {
            connection.receive();
            throw new AssertionError("a frame instead of the end");
        } catch (IOException e) {
            hungUp.complete(true);
            throw e;
        }
    }
}
