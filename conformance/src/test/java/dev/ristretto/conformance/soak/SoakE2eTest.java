// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.Checkout;
import dev.ristretto.conformance.stand.CriClient;
import dev.ristretto.conformance.stand.Requests;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import runtime.v1.StartContainerRequest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fifty pods, 20 execs and 100 MiB of logs a second, statistics each second; {@code SOAK_SECONDS}
 * says for how long ({@code make soak}: ten minutes). Nothing fails, and nothing stays. The table
 * is in {@code conformance/target/e2e/soak/soak.txt}.
 */
@Tag("root")
class SoakE2eTest {
    private static final int PODS = 50;
    private static final Duration SOAK = Duration.ofSeconds(seconds());

    /** Until then pools are filled, classes loaded and buffers mapped. */
    private static final Duration WARM_UP = Duration.ofSeconds(20);

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Each container: 1 MiB of lines of 100 bytes, twice a second. */
    private static final String TALKING =
            "line=$(printf '%099d' 7); i=0; while [ $i -lt 10485 ]; do echo $line; i=$((i+1)); done"
                    + " > /lines; while :; do cat /lines; usleep 500000; done";

    private static int seconds() {
        var asked = System.getenv("SOAK_SECONDS");
        return asked == null || asked.isBlank() ? 40 : Integer.parseInt(asked);
    }

    @Test
    void nodeUnderLoad_endsAsItBegan() throws Exception {
        try (var stand = Stand.start("soak");
                var client = stand.connect()) {
            var logs = startPods(stand, client);
            new Load(client, logs).run(WARM_UP);
            var before = look(stand);

            var load = new Load(client, logs);
            load.run(SOAK);

            assertThat(load.errors()).isEmpty();
            Await.until(
                    "the execs' processes, descriptors and threads are gone",
                    PATIENCE,
                    () -> isSmallAgain(look(stand), before));
            var after = look(stand);
            Files.writeString(
                    Checkout.reports().resolve("soak/soak.txt"),
                    report(load) + after.since(before));
            assertIsAsBefore(after, before);
            assertThat(load.execs()).isGreaterThan(SOAK.toSeconds() * 10);
            stand.removePods();
        }
    }

    /** A loaded machine reaps later, and a pool's idle threads end after a while. */
    private static boolean isSmallAgain(Footprint now, Footprint before) {
        return now.processes() <= before.processes() + PODS
                && now.podshimDescriptors() <= before.podshimDescriptors()
                && now.threads() <= before.threads() + 8
                && now.descriptors() <= before.descriptors() + 20;
    }

    /** Twenty execs a second that each keep a kilobyte would break the first of these. */
    private static void assertIsAsBefore(Footprint after, Footprint before) {
        long patience = SOAK.toSeconds() * 20 / 4;
        assertThat(after.liveKib()).as("live KiB").isLessThan(before.liveKib() + 2048 + patience);
        assertThat(after.residentKib())
                .as("resident KiB")
                .isLessThan(before.residentKib() + 64 * 1024);
        assertThat(after.podshimKib())
                .as("private KiB of podshims")
                .isLessThan(before.podshimKib() + 16 * PODS);
        assertThat(after.files()).as("files").isEqualTo(before.files());
    }

    private static String report(Load load) {
        return "%ds: %d execs (%.1f/s), %d polls, %.0f MiB/s of logs, no error%n"
                .formatted(
                        SOAK.toSeconds(),
                        load.execs(),
                        (double) load.execs() / SOAK.toSeconds(),
                        load.polls(),
                        load.logged() / 1048576.0 / SOAK.toSeconds());
    }

    private static Footprint look(Stand stand) throws IOException {
        return Footprint.of(stand.daemon().pid(), podshims(stand), stand.paths());
    }

    /** By their directories: a podshim's command line ends with the pod's id. */
    private static Set<Long> podshims(Stand stand) throws IOException {
        var pods = new LinkedHashSet<String>();
        try (var directories = Files.list(stand.paths().runDir().resolve("pods"))) {
            directories.forEach(pod -> pods.add(String.valueOf(pod.getFileName())));
        }
        var found = new LinkedHashSet<Long>();
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : processes) {
                var line = commandLine(process);
                if (line.startsWith("podshim ")
                        && pods.contains(line.substring(line.lastIndexOf(' ') + 1))) {
                    found.add(Long.parseLong(String.valueOf(process.getFileName())));
                }
            }
        }
        found.removeIf(process -> parentOf(process).map(found::contains).orElse(false)); // reapers
        assertThat(found).hasSize(pods.size());
        return found;
    }

    private static Optional<Long> parentOf(long process) {
        return ProcessHandle.of(process).flatMap(ProcessHandle::parent).map(ProcessHandle::pid);
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline")).replace('\0', ' ').strip();
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    private static Map<String, Path> startPods(Stand stand, CriClient client) throws IOException {
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        var busybox = stand.registry().push(archive, "e2e/busybox:1");
        client.images().pullImage(Requests.pull(busybox));
        var logs = new LinkedHashMap<String, Path>();
        for (int i = 0; i < PODS; i++) {
            var name = "soak-" + i;
            var pod = Requests.pod(name, stand.paths().podLogs());
            var id = client.runtime().runPodSandbox(Requests.run(pod)).getPodSandboxId();
            var config = Requests.container("main", busybox, "sh", "-c", TALKING);
            var container =
                    client.runtime()
                            .createContainer(Requests.create(id, config, pod))
                            .getContainerId();
            var start = StartContainerRequest.newBuilder().setContainerId(container).build();
            assertThat(client.runtime().startContainer(start).isInitialized()).isTrue();
            logs.put(container, stand.paths().podLogs().resolve(name).resolve("main.log"));
        }
        return logs;
    }
}
