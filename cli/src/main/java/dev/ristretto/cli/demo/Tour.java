// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.demo;

import dev.ristretto.cli.log.ContainerLiveness;
import dev.ristretto.cli.log.LogOptions;
import dev.ristretto.cli.log.LogReader;
import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.proc.ProcessTable;
import dev.ristretto.cli.run.OnePod;
import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;
import dev.ristretto.cli.session.Terminal;

import runtime.v1.ContainerStatsRequest;
import runtime.v1.ExecSyncRequest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Looks at the demo's running pod from all sides. */
final class Tour {
    private static final Duration HTTP_PATIENCE = Duration.ofSeconds(5);

    private final Connection connection;
    private final OnePod pod;
    private final ProcessTable processes;

    Tour(Connection connection, OnePod pod, ProcessTable processes) {
        this.connection = connection;
        this.pod = pod;
        this.processes = processes;
    }

    /** Follows the log until the container says that it serves. */
    String awaitServing() throws IOException, InterruptedException {
        var log = new ByteArrayOutputStream();
        var alive = new ContainerLiveness(connection, pod.containerId());
        reader(log, LogOptions.everything()).follow(() -> !isServing(log) && alive.isAlive());
        if (!isServing(log)) {
            throw CommandFailure.of(
                    "the demo's container ended with exit code %d; it said: %s",
                    pod.containerStatus().getExitCode(), text(log).strip());
        }
        return DemoImage.SERVING;
    }

    /** The pod's own, or this host's if it has none. */
    String address() {
        var ip = pod.podSandboxStatus().getNetwork().getIp();
        return ip.isEmpty() ? "127.0.0.1" : ip;
    }

    String fetchPage(String address) throws IOException {
        var host = address.contains(":") ? "[" + address + "]" : address;
        var url = URI.create("http://" + host + ":" + DemoImage.PORT + "/");
        var http = (HttpURLConnection) url.toURL().openConnection();
        http.setConnectTimeout((int) HTTP_PATIENCE.toMillis());
        http.setReadTimeout((int) HTTP_PATIENCE.toMillis());
        try (var body = http.getInputStream()) {
            var page = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            var heading = page.replaceAll("(?s).*<h1>(.*)</h1>.*", "$1");
            return "%s: \"%s\"".formatted(url, heading);
        } finally {
            http.disconnect();
        }
    }

    String exec(String... command) {
        var request =
                ExecSyncRequest.newBuilder()
                        .setContainerId(pod.containerId())
                        .addAllCmd(List.of(command))
                        .setTimeout(10)
                        .build();
        var answer = connection.acting().execSync(request);
        if (answer.getExitCode() != 0) {
            throw CommandFailure.of(
                    "exec ended with exit code %d: %s",
                    answer.getExitCode(), answer.getStderr().toStringUtf8().strip());
        }
        return answer.getStdout().toStringUtf8();
    }

    String firstLines() throws IOException {
        var log = new ByteArrayOutputStream();
        reader(log, LogOptions.everything()).read();
        return text(log).lines().limit(3).collect(Collectors.joining("\n"));
    }

    String memory() throws IOException {
        var stats =
                connection
                        .runtime()
                        .containerStats(
                                ContainerStatsRequest.newBuilder()
                                        .setContainerId(pod.containerId())
                                        .build())
                        .getStats();
        var container = Human.size(stats.getMemory().getWorkingSetBytes().getValue(), 3);
        var podshim = podshimPss();
        return podshim.isEmpty()
                ? "container %s (working set)".formatted(container)
                : "podshim %s (PSS), container %s (working set)"
                        .formatted(Human.size(podshim.getAsLong(), 3), container);
    }

    /** Empty for a runtime without a podshim, or for a user who may not look. */
    private OptionalLong podshimPss() throws IOException {
        var commandLine = "podshim " + pod.podSandboxId();
        for (var process : processes.entries()) {
            if (process.commandLine().equals(commandLine)) {
                return processes.pssBytes(process.pid());
            }
        }
        return OptionalLong.empty();
    }

    private LogReader reader(ByteArrayOutputStream log, LogOptions options) {
        var both = new PrintStream(log, false, StandardCharsets.UTF_8);
        var file = Path.of(pod.containerStatus().getLogPath());
        return new LogReader(file, options, new Terminal(both, both));
    }

    private static boolean isServing(ByteArrayOutputStream log) {
        return text(log).contains(DemoImage.SERVING);
    }

    private static String text(ByteArrayOutputStream log) {
        return log.toString(StandardCharsets.UTF_8);
    }
}
