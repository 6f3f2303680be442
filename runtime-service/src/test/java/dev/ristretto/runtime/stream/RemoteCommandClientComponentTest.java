// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The server and the client library that kubectl and crictl use. Needs {@code
 * -Dristretto.remotecommand=FILE}, the program built from conformance/tools/remotecommand; skipped
 * without it.
 */
class RemoteCommandClientComponentTest {
    private static final String PROGRAM = System.getProperty("ristretto.remotecommand", "");

    @BeforeEach
    void needsTheProgram() {
        assumeTrue(!PROGRAM.isEmpty(), "-Dristretto.remotecommand is not set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v5.channel.k8s.io", "v4.channel.k8s.io"})
    void exec_bringsBothOutputsAndTheExitCode(String webSocket) throws Exception {
        try (var server = Servers.shell()) {
            var url =
                    Servers.open(server, Servers.OUTPUT, "sh", "-c", "echo o; echo e >&2; exit 7");

            assertThat(run(url, webSocket, new byte[0])).isEqualTo(new Result(7, "o\n", "e\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v5.channel.k8s.io"})
    void exec_endsStandardInput(String webSocket) throws Exception {
        try (var server = Servers.shell()) {
            var url = Servers.open(server, Servers.ALL, "sh", "-c", "wc -c; exit 0");
            var input = new byte[3_000_000];

            var result = run(url, webSocket, input, "-stdin");

            assertThat(result).isEqualTo(new Result(0, "3000000\n", ""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v5.channel.k8s.io", "v4.channel.k8s.io"})
    void exec_bringsMoreThanAnyWindow(String webSocket) throws Exception {
        try (var server = Servers.shell()) {
            var url = Servers.open(server, Servers.OUTPUT, "head", "-c", "20000000", "/dev/zero");

            var result = run(url, webSocket, new byte[0]);

            assertThat(result.code).isZero();
            assertThat(result.out).hasSize(20_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v5.channel.k8s.io"})
    void exec_thatCannotStart_saysWhy(String webSocket) throws Exception {
        try (var server =
                StreamingServer.start(
                        Servers.settings(),
                        (_, _) -> {
                            throw RuntimeFault.wrongState("exec ls: container c1 is not running");
                        })) {
            var result = run(Servers.open(server, Servers.OUTPUT), webSocket, new byte[0]);

            assertThat(result)
                    .isEqualTo(
                            new Result(125, "", "error: exec ls: container c1 is not running\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v5.channel.k8s.io"})
    void exec_withATerminal_bringsItsSizes(String webSocket) throws Exception {
        var process = new ScriptedProcess();
        var sizes = new ArrayList<TerminalSize>();
        try (var server =
                StreamingServer.start(
                        Servers.settings(),
                        (_, size) -> {
                            sizes.add(size);
                            return process;
                        })) {
            var url = Servers.open(server, Servers.TERMINAL);
            try (var runner = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Result> result =
                        runner.submit(
                                () ->
                                        run(
                                                url,
                                                webSocket,
                                                "hi".getBytes(StandardCharsets.UTF_8),
                                                "-tty",
                                                "-stdin",
                                                "-size",
                                                "80x24,132x43"));
                assertThat(List.of(process.nextTold(), process.nextTold(), process.nextTold()))
                        .containsExactlyInAnyOrder("43x132", "hi", "EOF");
                process.say("bye\r\n").exit(3);

                assertThat(result.get()).isEqualTo(new Result(3, "bye\r\n", ""));
                assertThat(sizes).containsExactly(new TerminalSize(24, 80));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v5.channel.k8s.io"})
    void exec_whoseClientIsKilled_endsTheProcess(String webSocket) throws Exception {
        var process = new ScriptedProcess().say("started\n");
        try (var server = Servers.serving(process)) {
            var client = start(Servers.open(server, Servers.ALL), webSocket, "-stdin");
            assertThat(client.getInputStream().readNBytes(8)).hasSize(8);

            client.destroyForcibly();

            assertThat(process.nextTold()).isEqualTo("CLOSED");
        }
    }

    private static Process start(URI url, String webSocket, String... options) throws IOException {
        var command = new ArrayList<String>();
        command.add(PROGRAM);
        if (!webSocket.isEmpty()) {
            command.addAll(List.of("-websocket", webSocket));
        }
        command.addAll(List.of(options));
        command.add(url.toString());
        return new ProcessBuilder(command).start();
    }

    private static Result run(URI url, String webSocket, byte[] stdin, String... options)
            throws Exception {
        var process = start(url, webSocket, options);
        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            var out = readers.submit(() -> process.getInputStream().readAllBytes());
            var err = readers.submit(() -> process.getErrorStream().readAllBytes());
            try (var in = process.getOutputStream()) {
                in.write(stdin);
            }
            return new Result(process.waitFor(), text(out.get()), text(err.get()));
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private record Result(int code, String out, String err) {}
}
