// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.BackgroundCommand;
import dev.ristretto.conformance.stand.Checkout;
import dev.ristretto.conformance.stand.Command;
import dev.ristretto.conformance.stand.Configs;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a person does with crictl at a terminal, over both protocols. */
@Tag("root")
class StreamsE2eTest extends BusyboxE2e {
    private static final String TERMINAL = "conformance/src/test/python/terminal.py";
    private static final String INTERACTIVE = ", \"stdin\": true, \"tty\": true";
    private static final String FED = ", \"stdin\": true";
    private static final String FED_ONCE = ", \"stdin\": true, \"stdin_once\": true";

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "websocket"})
    void exec_atATerminal_hasItsSizeAndFollowsIt(String transport) throws IOException {
        var container = run("exec-" + transport, "", "sleep", "3600");

        var screen =
                atTerminal(
                        List.of("exec", "-it", "--transport", transport, container, "sh"),
                        "expect:#",
                        "type:stty size\\n",
                        "expect:24 80",
                        "resize:40x100",
                        "type:while ! stty size | grep '40 100'; do sleep 0.1; done\\n",
                        "expect:\n40 100",
                        "type:exit\\n",
                        "end");

        assertThat(screen).contains("24 80").contains("40 100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "websocket"})
    void attach_atATerminal_typesResizesAndSeesTheEnd(String transport) throws IOException {
        var container = run("attach-" + transport, INTERACTIVE, "sh");

        var screen =
                atTerminal(
                        List.of("attach", "-it", "--transport", transport, container),
                        "type:echo $((6*7))\\n",
                        "expect:\n42",
                        "resize:40x100",
                        "type:while ! stty size | grep '40 100'; do sleep 0.1; done\\n",
                        "expect:\n40 100",
                        "type:exit 3\\n",
                        "end");

        assertThat(screen).contains("42");
        awaitExit(container, 3);
    }

    @Test
    void attach_showsAllClientsWhatIsPrintedFromThenOn() throws IOException {
        var container = run("watched", FED, "sh", "-c", "echo before; read go; seq 1 5000; exit 5");
        Await.until(
                "the first line is in the log",
                Duration.ofSeconds(30),
                () -> crictl.call("logs", container).equals("before"));
        long before = sockets(container);
        var watchers = new ArrayList<BackgroundCommand>();
        try {
            for (int i = 0; i < 5; i++) {
                var command = crictl.command("attach", container);
                watchers.add(
                        BackgroundCommand.start(command, stand.scratch("watcher-" + i + ".txt")));
            }
            awaitAttached(container, before, watchers.size());

            crictl.command("attach", "-i", container).withInput("go\n").text();

            var expected = new StringBuilder();
            for (int i = 1; i <= 5000; i++) {
                expected.append(i).append('\n');
            }
            for (var watcher : watchers) {
                assertThat(watcher.awaitEnd(Duration.ofSeconds(60))).isZero();
                assertThat(watcher.printed()).isEqualTo(expected.toString());
            }
        } finally {
            for (var watcher : watchers) {
                watcher.close();
            }
        }
        awaitExit(container, 5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "websocket"})
    void attach_endsTheInputOfAContainerThatHasItOnce(String transport) throws IOException {
        var container = run("once-" + transport, FED_ONCE, "sh", "-c", "wc -c; exit 6");

        var input = "0123456789".repeat(30_000);
        var outcome =
                crictl.command("attach", "-i", "--transport", transport, container)
                        .withInput(input)
                        .run();

        assertThat(outcome.text()).isEqualTo("300000");
        awaitExit(container, 6);
    }

    @Test
    void attach_toWhatHasEnded_saysSo() throws IOException {
        var container = run("ended", "", "true");
        awaitExit(container, 0);

        var outcome = crictl.attempt("attach", container);

        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.stderr()).contains("it does not run");
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "websocket"})
    void portForward_reachesWhatListensOnIpv6Only(String transport) throws IOException {
        var container = run("v6-" + transport, "", "sleep", "3600");
        crictl.call("exec", "-s", container, "sh", "-c", "mkdir /w && echo six >/w/index.html");
        crictl.call("exec", "-s", container, "httpd", "-p", "[::1]:8000", "-h", "/w");

        try (var forward = forward(transport, pod(container), "18000:8000")) {
            assertThat(forward.printed()).contains("Forwarding from");
            assertThat(curl("http://127.0.0.1:18000/")).isEqualTo("six");
        }
    }

    @Test
    void portForward_toAPodOnTheHostsNetwork() throws IOException {
        var host = ", \"linux\": {\"security_context\": {\"namespace_options\": {\"network\": 2}}}";
        var container = runIn("host", host, host, "sleep", "3600");
        crictl.call("exec", "-s", container, "sh", "-c", "mkdir /w && echo host >/w/index.html");
        crictl.call("exec", "-s", container, "httpd", "-p", "127.0.0.1:18081", "-h", "/w");

        try (var forward = forward("spdy", pod(container), "18082:18081")) {
            assertThat(forward.printed()).contains("Forwarding from");
            assertThat(curl("http://127.0.0.1:18082/")).isEqualTo("host");
        }
    }

    @Test
    void portForward_toAPortThatNobodyListensOn_saysSo() throws IOException {
        var container = run("closed", "", "sleep", "3600");

        try (var forward = forward("spdy", pod(container), "18083:8083")) {
            var outcome = stand.network().command("curl", "-s", "http://127.0.0.1:18083/").run();

            assertThat(outcome.exitCode()).isNotZero();
            forward.awaitPrinted("does anything listen there?", Duration.ofSeconds(30));
        }
    }

    static BackgroundCommand forward(Stand stand, String transport, String pod, String ports)
            throws IOException {
        var command = stand.crictl().command("port-forward", "--transport", transport, pod, ports);
        var output = stand.scratch("forward-%s.txt".formatted(ports.replace(':', '-')));
        var forward = BackgroundCommand.start(command, output);
        forward.awaitPrinted("Forwarding from 127.0.0.1", Duration.ofSeconds(60));
        return forward;
    }

    private static BackgroundCommand forward(String transport, String pod, String ports)
            throws IOException {
        return forward(stand, transport, pod, ports);
    }

    private static String atTerminal(List<String> arguments, String... steps) throws IOException {
        var words = new ArrayList<String>();
        words.addAll(List.of("python3", Checkout.file(TERMINAL).toString(), "24x80"));
        words.addAll(List.of(steps));
        words.add("--");
        words.addAll(crictl.command(arguments.toArray(String[]::new)).words());
        return Command.of(words).text();
    }

    private static String run(String name, String extra, String... command) throws IOException {
        return runIn(name, "", extra, command);
    }

    /** A container in a pod of its own. */
    private static String runIn(String name, String ofPod, String extra, String... command)
            throws IOException {
        var podConfig = Configs.pod(name, stand.paths().podLogs(), ofPod);
        var pod = crictl.runPod(podConfig);
        return crictl.runContainer(
                pod, Configs.containerWith(extra, "main", busybox, command), podConfig);
    }

    private static String pod(String container) throws IOException {
        return crictl.json("inspect", "-o", "json", container)
                .path("info")
                .path("sandboxID")
                .asText();
    }

    private static void awaitExit(String container, int code) throws IOException {
        Await.until(
                "container %s ends".formatted(container),
                Duration.ofSeconds(60),
                () ->
                        crictl.containerStatus(container)
                                .path("state")
                                .asText()
                                .equals("CONTAINER_EXITED"));
        assertThat(crictl.containerStatus(container).path("exitCode").asInt()).isEqualTo(code);
    }

    /** As many more sockets of the container's podshim as there are clients. */
    private static void awaitAttached(String container, long before, int clients)
            throws IOException {
        Await.until(
                clients + " clients are attached",
                Duration.ofSeconds(60),
                () -> sockets(container) >= before + clients);
    }

    private static long sockets(String container) throws IOException {
        var stat = Files.readString(Path.of("/proc/%d/stat".formatted(crictl.pid(container))));
        var podshim = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[1];
        long sockets = 0;
        try (Stream<Path> list = Files.list(Path.of("/proc", podshim, "fd"))) {
            for (var fd : list.toList()) {
                // One may have been closed meanwhile.
                if (Files.isSymbolicLink(fd) && target(fd).startsWith("socket:")) {
                    sockets++;
                }
            }
        }
        return sockets;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "closed";
        }
    }

    private static String curl(String url) throws IOException {
        return stand.network().command("curl", "-s", "-m", "30", url).text();
    }
}
