// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.Configs;
import dev.ristretto.conformance.stand.Requests;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.stream.IntStream;

/** Killing the daemon kills no container and loses no log line, no exit code and no address. */
@Tag("root")
class SurvivalE2eTest extends BusyboxE2e {
    @Test
    void kill9_leavesTheContainerRunning_andANewDaemonFindsIt() throws IOException {
        var container = running("goes-on", "sleep", "3600");
        long pid = crictl.pid(container);
        var pod = crictl.call("pods", "-q", "--no-trunc");
        var before = crictl.podStatus(pod);

        stand.daemon().kill9();
        assertThat(Path.of("/proc", Long.toString(pid))).exists();
        stand.daemon().startAgain();

        assertThat(crictl.pid(container)).isEqualTo(pid);
        assertThat(crictl.podStatus(pod)).isEqualTo(before);
        assertThat(crictl.call("exec", "-s", container, "echo", "still here"))
                .isEqualTo("still here");
    }

    @Test
    void logs_haveNoHoleWhereTheDaemonWasMissing() throws IOException {
        var script = "i=0; while [ $i -lt 200 ]; do echo $i; i=$((i+1)); sleep 0.02; done";
        var container = running("talks", "sh", "-c", script);
        var log = stand.paths().podLogs().resolve("talks/main.log");
        Await.until("some lines", Duration.ofSeconds(10), () -> Files.size(log) > 200);

        stand.daemon().kill9();
        var atDeath = Files.readAllLines(log).size();
        Await.until(
                "lines while no daemon runs",
                Duration.ofSeconds(10),
                () -> Files.readAllLines(log).size() > atDeath + 20);
        stand.daemon().startAgain();

        awaitExit(container);
        assertThat(crictl.call("logs", container).lines())
                .containsExactlyElementsOf(
                        IntStream.range(0, 200).mapToObj(Integer::toString).toList());
    }

    @Test
    void exitCodes_ofWhatEndedMeanwhile_areRight() throws IOException {
        var gate = Files.createDirectories(stand.scratch("gate"));
        var mount =
                ", \"mounts\": [{\"container_path\": \"/gate\", \"host_path\": \"%s\"}]"
                        .formatted(gate);
        var config = pod("ends");
        var pod = crictl.runPod(config);
        var containers = new ArrayList<String>();
        for (int code = 0; code < 3; code++) {
            var script = "while [ ! -e /gate/open ]; do sleep 0.05; done; exit " + code * 21;
            containers.add(
                    crictl.runContainer(
                            pod,
                            Configs.containerWith(mount, "c" + code, busybox, "sh", "-c", script),
                            config));
        }
        var last = Path.of("/proc", Long.toString(crictl.pid(containers.getLast())));

        stand.daemon().kill9();
        Files.createFile(gate.resolve("open"));
        Await.until("the containers end", Duration.ofSeconds(20), () -> !Files.exists(last));
        stand.daemon().startAgain();

        for (int code = 0; code < 3; code++) {
            awaitExit(containers.get(code));
            assertThat(crictl.containerStatus(containers.get(code)).path("exitCode").asInt())
                    .isEqualTo(code * 21);
        }
    }

    @Test
    void runPodSandbox_ofTheSamePod_answersTheFirst() throws IOException {
        var pod = Requests.pod("once", stand.paths().podLogs());
        try (var client = stand.connect()) {
            var first = client.runtime().runPodSandbox(Requests.run(pod)).getPodSandboxId();

            var second = client.runtime().runPodSandbox(Requests.run(pod)).getPodSandboxId();

            assertThat(second).isEqualTo(first);
        }
        stand.daemon().kill9();
        stand.daemon().startAgain();
        try (var client = stand.connect()) {
            assertThat(client.runtime().runPodSandbox(Requests.run(pod)).getPodSandboxId())
                    .isEqualTo(crictl.call("pods", "-q", "--no-trunc"));
        }
    }

    @Test
    void terminate_isAsGentleAsAKill() throws IOException {
        var container = running("gentle", "sleep", "3600");
        long pid = crictl.pid(container);

        stand.daemon().terminate();
        assertThat(Path.of("/proc", Long.toString(pid))).exists();
        stand.daemon().startAgain();

        assertThat(crictl.call("ps", "-q", "--no-trunc")).isEqualTo(container);
    }

    private static String pod(String name) {
        return Configs.pod(name, stand.paths().podLogs(), "");
    }

    private static String running(String name, String... command) throws IOException {
        var pod = crictl.runPod(pod(name));
        return crictl.runContainer(pod, Configs.container("main", busybox, command), pod(name));
    }

    private static void awaitExit(String container) throws IOException {
        Await.until(
                "container %s has ended".formatted(container),
                Duration.ofSeconds(30),
                () ->
                        crictl.containerStatus(container)
                                .path("state")
                                .asText()
                                .equals("CONTAINER_EXITED"));
    }
}
