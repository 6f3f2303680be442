// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.Configs;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;

/** Every verb of crictl that a person uses, on busybox. */
@Tag("root")
class CrictlE2eTest extends BusyboxE2e {
    @Test
    void version_namesTheRuntimeAndTheApi() throws IOException {
        var version = crictl.call("version");

        assertThat(version)
                .containsIgnoringCase("RuntimeName:  ristretto")
                .containsPattern("RuntimeApiVersion: +v1");
    }

    @Test
    void info_isReadyForPodsAndNetwork() throws IOException {
        var conditions = crictl.json("info").path("status").path("conditions");

        assertThat(conditions.findValuesAsText("type")).contains("RuntimeReady", "NetworkReady");
        for (var condition : conditions) {
            assertThat(condition.path("status").asBoolean()).as(condition.toString()).isTrue();
        }
    }

    @Test
    void pull_listsTheImageByTagDigestAndId() throws IOException {
        var digest = stand.registry().digest(busybox);

        var image = crictl.json("inspecti", "-o", "json", busybox).path("status");

        assertThat(image.path("repoTags").get(0).asText()).isEqualTo(busybox);
        assertThat(image.path("repoDigests").get(0).asText())
                .isEqualTo(busybox.replaceFirst(":1$", "") + "@" + digest);
        assertThat(image.path("id").asText()).startsWith("sha256:");
        assertThat(image.path("size").asLong()).isGreaterThan(100_000);
        assertThat(crictl.call("images", "--no-trunc")).contains(image.path("id").asText());
    }

    @Test
    void rmi_takesTheImageAway_andPullBringsItBack() throws IOException {
        crictl.call("rmi", busybox);

        assertThat(crictl.call("images")).doesNotContain("e2e/busybox");

        crictl.call("pull", busybox);
        assertThat(crictl.call("images")).contains("e2e/busybox");
    }

    @Test
    void runp_makesAReadyPodWithBothAddresses() throws IOException {
        var pod = crictl.runPod(pod("ready"));

        var status = crictl.podStatus(pod);

        assertThat(status.path("state").asText()).isEqualTo("SANDBOX_READY");
        assertThat(status.path("metadata").path("name").asText()).isEqualTo("ready");
        assertThat(status.path("labels").path("app").asText()).isEqualTo("ready");
        assertThat(status.path("network").path("ip").asText()).startsWith("10.83.");
        assertThat(status.path("network").path("additionalIps").get(0).path("ip").asText())
                .startsWith("fd88:");
        assertThat(crictl.call("pods", "-q", "--no-trunc", "--name", "ready")).isEqualTo(pod);
    }

    @Test
    void ps_showsAContainerThroughItsLife() throws IOException {
        var pod = crictl.runPod(pod("life"));
        var json = Configs.container("main", busybox, "sleep", "3600");

        var container = crictl.call("create", pod, crictl.file(json), crictl.file(pod("life")));
        assertThat(crictl.call("ps", "-q", "--no-trunc", "--state", "created"))
                .isEqualTo(container);
        crictl.call("start", container);
        assertThat(crictl.call("ps", "-q", "--no-trunc")).isEqualTo(container);
        crictl.call("stop", container);
        assertThat(crictl.call("ps", "-q", "--no-trunc")).isEmpty();
        assertThat(crictl.call("ps", "-a", "-q", "--no-trunc", "--state", "exited"))
                .isEqualTo(container);
        crictl.call("rm", container);
        assertThat(crictl.call("ps", "-a", "-q")).isEmpty();
    }

    @Test
    void execSync_answersBothOutputs() throws IOException {
        var container = running("exec-sync", "sleep", "3600");

        assertThat(crictl.call("exec", "-s", container, "sh", "-c", "echo out; echo err >&2"))
                .isEqualTo("out\n\nerr");
    }

    @Test
    void execSync_ofWhatFails_answersItsExitCode() throws IOException {
        var container = running("exec-fails", "sleep", "3600");

        var outcome = crictl.attempt("exec", "-s", container, "sh", "-c", "echo err >&2; exit 3");

        // crictl itself exits with 1, whatever the command did.
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.stderr()).contains("exited with 3: err");
    }

    @Test
    void execSync_whenTheTimeIsUp_killsTheCommandOnly() throws IOException {
        var container = running("exec-timeout", "sleep", "3600");

        var outcome = crictl.attempt("exec", "-s", "--timeout", "1", container, "sleep", "4242");

        assertThat(outcome.stderr()).containsIgnoringCase("DeadlineExceeded");
        Await.until(
                "the command is gone",
                Duration.ofSeconds(5),
                () -> !crictl.call("exec", "-s", container, "ps").contains("sleep 4242"));
        assertThat(crictl.call("ps", "-q", "--no-trunc")).isEqualTo(container);
    }

    @Test
    void exec_streamsInputOutputAndExitCode() throws IOException {
        var container = running("exec-stream", "sleep", "3600");

        var outcome =
                crictl.command("exec", "-i", container, "sh", "-c", "cat; echo err >&2; exit 4")
                        .withInput("to standard input\n")
                        .run();

        // Streaming is an RPC of its own; until it is served, it says so by name.
        assumeThat(outcome.stderr()).as("Exec is served").doesNotContain("Unimplemented");
        assertThat(outcome.stdout()).isEqualTo("to standard input\n");
        assertThat(outcome.stderr()).contains("err");
        assertThat(outcome.stderr()).contains("exit code 4");
    }

    @Test
    void logs_showBothStreamsInOrderWithTimes() throws IOException {
        var container = exited("logs", "echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three");

        assertThat(crictl.attempt("logs", container).stdout()).isEqualTo("one\nthree\n");
        assertThat(crictl.attempt("logs", container).stderr()).isEqualTo("two\n");
        assertThat(crictl.call("logs", "--tail", "1", container)).isEqualTo("three");
        assertThat(crictl.call("logs", "-t", "--tail", "1", container))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}\\S* three");
    }

    @Test
    void logs_followed_bringEveryLineUntilTheContainerEnds() throws IOException {
        var script = "for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 0.2; done";
        var container = running("follow", "sh", "-c", script);

        var followed = crictl.call("logs", "-f", container);

        assertThat(followed.lines())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 8).mapToObj(i -> "line " + i).toList());
    }

    @Test
    void logs_ofALongLine_areWhole() throws IOException {
        var container = exited("long", "head -c 50000 /dev/zero | tr '\\0' x; echo; echo end");

        assertThat(crictl.call("logs", container)).isEqualTo("x".repeat(50_000) + "\nend");
    }

    @Test
    void logs_reopened_goOnInANewFile() throws IOException {
        var container =
                running(
                        "reopen",
                        "sh",
                        "-c",
                        "i=0; while :; do echo $i; i=$((i+1)); sleep 0.05; done");
        var log = stand.paths().podLogs().resolve("reopen/main.log");
        var rotated = log.resolveSibling("main.log.1");
        Await.until("a first line", Duration.ofSeconds(10), () -> Files.size(log) > 0);
        Files.move(log, rotated);

        crictl.call("logs", "--reopen", container);

        Await.until("lines in the new file", Duration.ofSeconds(10), () -> Files.size(log) > 0);
        var before = Files.readAllLines(rotated);
        var after = Files.readAllLines(log);
        assertThat(number(after.getFirst())).isEqualTo(number(before.getLast()) + 1);
    }

    @Test
    void stats_countMemoryAndProcessorTime() throws IOException {
        var container = running("stats", "sh", "-c", "while :; do :; done");

        var stats = crictl.json("stats", "-o", "json", "--id", container).path("stats").get(0);

        assertThat(stats.path("attributes").path("id").asText()).isEqualTo(container);
        assertThat(stats.path("cpu").path("usageCoreNanoSeconds").path("value").asLong())
                .isGreaterThan(1_000_000);
        assertThat(stats.path("memory").path("workingSetBytes").path("value").asLong())
                .isBetween(1L, 64L << 20);
        assertThat(stats.path("writableLayer").path("fsId").path("mountpoint").asText())
                .isNotEmpty();
    }

    @Test
    void stop_letsTheContainerEndItself_andKeepsItsExitCode() throws IOException {
        var container =
                listening("polite", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done");

        crictl.call("stop", "--timeout", "20", container);

        var status = crictl.containerStatus(container);
        assertThat(status.path("state").asText()).isEqualTo("CONTAINER_EXITED");
        assertThat(status.path("exitCode").asInt()).isEqualTo(7);
        assertThat(status.path("reason").asText()).isEqualTo("Error");
    }

    @Test
    void stop_ofWhatIgnoresTheSignal_killsItAfterTheGracePeriod() throws IOException {
        var container =
                listening("stubborn", "trap '' TERM; echo ready; while :; do sleep 0.1; done");

        crictl.call("stop", "--timeout", "1", container);

        assertThat(crictl.containerStatus(container).path("exitCode").asInt()).isEqualTo(137);
    }

    @Test
    void inspect_ofAContainerThatEnded_tellsHow() throws IOException {
        var container = exited("done", "exit 0");

        var status = crictl.containerStatus(container);

        assertThat(status.path("exitCode").asInt()).isZero();
        assertThat(status.path("reason").asText()).isEqualTo("Completed");
        assertThat(status.path("image").path("image").asText()).isNotEmpty();
        assertThat(status.path("imageRef").asText()).isNotEmpty();
        assertThat(status.path("logPath").asText()).isEqualTo(logOf("done").toString());
        assertThat(status.path("startedAt").asText())
                .isLessThanOrEqualTo(status.path("finishedAt").asText());
    }

    @Test
    void inspect_ofARunningContainer_namesItsProcess() throws IOException {
        var container = running("pid", "sleep", "4711");

        var commandLine = Files.readString(procOf(container).resolve("cmdline"));

        assertThat(commandLine).isEqualTo("sleep\0" + "4711\0");
    }

    @Test
    void stopp_stopsTheContainers_andMayBeRepeated() throws IOException {
        var container = running("stopp", "sleep", "3600");
        var pod = crictl.call("pods", "-q", "--no-trunc", "--name", "stopp");

        crictl.call("stopp", pod);
        crictl.call("stopp", pod);

        assertThat(crictl.podStatus(pod).path("state").asText()).isEqualTo("SANDBOX_NOTREADY");
        assertThat(crictl.containerStatus(container).path("state").asText())
                .isEqualTo("CONTAINER_EXITED");
    }

    @Test
    void rmp_withForce_removesARunningPodAndItsContainers() throws IOException {
        running("forced", "sleep", "3600");
        var pod = crictl.call("pods", "-q", "--no-trunc", "--name", "forced");

        crictl.call("rmp", "-f", pod);

        assertThat(stand.listed("pods", "-q")).isEmpty();
        assertThat(stand.listed("ps", "-a", "-q")).isEmpty();
    }

    @Test
    void update_changesTheLimitOfARunningContainer() throws IOException {
        var container = running("update", "sleep", "3600");

        crictl.call("update", "--memory", "67108864", container);

        var linux = crictl.containerStatus(container).path("resources").path("linux");
        assertThat(linux.path("memoryLimitInBytes").asLong()).isEqualTo(67_108_864);
    }

    private static String pod(String name) {
        return Configs.pod(name, stand.paths().podLogs(), "");
    }

    private static Path logOf(String name) {
        return stand.paths().podLogs().resolve(name).resolve("main.log");
    }

    private static Path procOf(String container) throws IOException {
        return Path.of("/proc", Long.toString(crictl.pid(container)));
    }

    /** A pod of that name with one container, {@code main}, that runs. */
    private static String running(String name, String... command) throws IOException {
        var pod = crictl.runPod(pod(name));
        return crictl.runContainer(pod, Configs.container("main", busybox, command), pod(name));
    }

    /** The same, of a script that has said {@code ready}. */
    private static String listening(String name, String script) throws IOException {
        var container = running(name, "sh", "-c", script);
        Await.until(
                "container %s is ready".formatted(name),
                Duration.ofSeconds(10),
                () -> Files.exists(logOf(name)) && Files.readString(logOf(name)).contains("ready"));
        return container;
    }

    /** The same, of a script that has ended. */
    private static String exited(String name, String script) throws IOException {
        var container = running(name, "sh", "-c", script);
        Await.until(
                "container %s of pod %s ends".formatted(container, name),
                Duration.ofSeconds(30),
                () ->
                        crictl.containerStatus(container)
                                .path("state")
                                .asText()
                                .equals("CONTAINER_EXITED"));
        return container;
    }

    /** The number that a log line ends with. */
    private static int number(String line) {
        return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
    }
}
