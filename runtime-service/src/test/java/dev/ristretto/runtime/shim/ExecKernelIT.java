// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static dev.ristretto.runtime.shim.RealPods.NO_STDIO;
import static dev.ristretto.runtime.shim.RealPods.command;
import static dev.ristretto.runtime.shim.RealPods.container;
import static dev.ristretto.runtime.shim.RealPods.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.StdioConfig;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Processes that the real podshim runs in a container. */
@Tag("root")
class ExecKernelIT {
    private static final StdioConfig STDIN = new StdioConfig(true, false, false);
    private static final StdioConfig TERMINAL = new StdioConfig(true, false, true);
    private static final ContainerId ID = container(1);

    @TempDir private Path runDirectory;
    private RealPods pods;
    private ShimClient client;

    /** What a process did. */
    private record Result(String stdout, String stderr, ExitStatus status) {}

    @BeforeEach
    void start() throws IOException {
        pods = new RealPods(runDirectory);
        client = pods.create(1);
        client.start(ID, "", NO_STDIO, shell("exec sleep 600"));
    }

    @AfterEach
    void stop() throws IOException {
        pods.close();
    }

    @Test
    void output_ofBothStreamsAndTheCode_arrive() throws IOException {
        assertThat(run("sh", "-c", "echo out; echo err >&2; exit 42"))
                .isEqualTo(new Result("out\n", "err\n", new ExitStatus.Exited(42)));
    }

    @Test
    void shortProcesses_loseNoOutput() throws IOException {
        for (int i = 0; i < 200; i++) {
            assertThat(run("sh", "-c", "echo out; echo err >&2"))
                    .isEqualTo(new Result("out\n", "err\n", new ExitStatus.Exited(0)));
        }
    }

    @Test
    void process_isInTheNamespacesOfTheContainer() throws IOException {
        assertThat(run("hostname").stdout()).isEqualTo("pod-1\n");
    }

    @Test
    void longOutput_arrivesWhole() throws IOException {
        var result = run("sh", "-c", "head -c 5000000 /dev/zero | tr '\\0' x");

        assertThat(result.stdout()).hasSize(5_000_000).containsOnlyOnce("x".repeat(5_000_000));
    }

    @Test
    void stdin_goesToTheProcess() throws Exception {
        var text = "line\n".repeat(200_000);
        try (var exec = client.exec(ID, STDIN, TerminalSize.NONE, command(ID, "cat"))) {
            var writer =
                    Thread.startVirtualThread(
                            () -> {
                                try {
                                    exec.writeStdin(
                                            ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                                    exec.closeStdin();
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            });

            assertThat(collect(exec)).isEqualTo(new Result(text, "", new ExitStatus.Exited(0)));
            writer.join();
        }
    }

    @Test
    void limit_killsTheProcess() throws IOException {
        try (var exec =
                client.exec(
                        ID,
                        NO_STDIO,
                        TerminalSize.NONE,
                        command(ID, "sh", "-c", "echo on; sleep 600; true"))) {
            assertThat(exec.next()).isInstanceOf(ExecEvent.Output.class);
            exec.limit(Duration.ofMillis(100));

            assertThatThrownBy(exec::next)
                    .isInstanceOfSatisfying(
                            RuntimeFault.class,
                            fault -> assertThat(fault.kind()).isEqualTo(FaultKind.TIMED_OUT));
            ProcessHandle.of(exec.started().orElseThrow().pid())
                    .ifPresent(process -> process.onExit().join());
        }
    }

    @Test
    void signal_goesToTheWholeGroup() throws IOException {
        try (var exec =
                client.exec(
                        ID,
                        NO_STDIO,
                        TerminalSize.NONE,
                        command(ID, "sh", "-c", "echo on; sleep 600; true"))) {
            assertThat(exec.next()).isInstanceOf(ExecEvent.Output.class);

            exec.signal(15);

            assertThat(collect(exec).status()).isEqualTo(new ExitStatus.Signaled(15));
        }
    }

    @Test
    void terminal_hasTheSizeItWasGiven() throws IOException {
        var program =
                Program.of(
                        List.of(
                                new ShimOp.Clone(0, ""),
                                new ShimOp.Setsid(),
                                new ShimOp.Tty(24, 80, 0),
                                new ShimOp.Exec(
                                        List.of("/bin/sh"),
                                        List.of("sh", "-c", "stty size; read go; stty size"),
                                        List.of("PATH=/usr/bin:/bin"))));
        try (var exec = client.exec(ID, TERMINAL, new TerminalSize(24, 80), program)) {
            assertThat(exec.next())
                    .isInstanceOfSatisfying(
                            ExecEvent.Output.class,
                            output -> assertThat(text(output.bytes())).isEqualTo("24 80\r\n"));

            exec.resize(new TerminalSize(50, 132));
            exec.writeStdin(ByteBuffer.wrap("go\n".getBytes(StandardCharsets.UTF_8)));

            assertThat(collect(exec).stdout()).endsWith("50 132\r\n");
        }
    }

    @Test
    void containerThatDoesNotRun_isNamed() {
        assertThatThrownBy(
                        () ->
                                client.exec(
                                        container(2),
                                        NO_STDIO,
                                        TerminalSize.NONE,
                                        command(container(2), "true")))
                .isInstanceOfSatisfying(
                        PodErrorException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
    }

    @Test
    void manyAtOnce_allEnd() throws Exception {
        var results = new CopyOnWriteArrayList<String>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 60; i++) {
            var word = "exec" + i;
            threads.add(
                    Thread.startVirtualThread(
                            () -> {
                                try {
                                    results.add(run("echo", word).stdout());
                                } catch (IOException e) {
                                    results.add(word + " failed: " + e);
                                }
                            }));
        }
        for (var thread : threads) {
            thread.join();
        }

        var expected = new ArrayList<String>();
        for (int i = 0; i < 60; i++) {
            expected.add("exec" + i + "\n");
        }
        assertThat(results).containsExactlyInAnyOrderElementsOf(expected);
    }

    private Result run(String... argv) throws IOException {
        try (var exec = client.exec(ID, NO_STDIO, TerminalSize.NONE, command(ID, argv))) {
            return collect(exec);
        }
    }

    private static Result collect(ExecConversation exec) throws IOException {
        var stdout = new ByteArrayOutputStream();
        var stderr = new ByteArrayOutputStream();
        while (true) {
            switch (exec.next()) {
                case ExecEvent.Output(var stream, var bytes) -> {
                    var into = stream == ExecEvent.Stream.STDOUT ? stdout : stderr;
                    into.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
                }
                case ExecEvent.Detached _ -> throw new AssertionError("detached");
                case ExecEvent.Exited(var status, _) -> {
                    return new Result(
                            stdout.toString(StandardCharsets.UTF_8),
                            stderr.toString(StandardCharsets.UTF_8),
                            status);
                }
            }
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }
}
