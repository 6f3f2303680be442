// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.random;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.CriClient;
import dev.ristretto.conformance.stand.Requests;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import runtime.v1.ContainerState;
import runtime.v1.ContainerStatusRequest;
import runtime.v1.RemovePodSandboxRequest;
import runtime.v1.StartContainerRequest;
import runtime.v1.StopPodSandboxRequest;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Many pods with random valid configurations, each looked at from inside. The seed is printed;
 * {@code -Drandom.seed=S} repeats a run, {@code -Drandom.pod=N} one pod of it, {@code
 * -Drandom.pods=N} says how many.
 */
@Tag("root")
class RandomPodsE2eTest {
    private static final Logger LOG = System.getLogger(RandomPodsE2eTest.class.getName());
    private static final int PODS = Integer.getInteger("random.pods", 200);
    private static final int AT_ONCE = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Stand stand;
    private static CriClient client;
    private static String busybox;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("random");
        client = stand.connect();
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        busybox = stand.registry().push(archive, "e2e/busybox:1");
        client.images().pullImage(Requests.pull(busybox));
    }

    @AfterAll
    static void stop() {
        try (var _ = stand) {
            client.close();
        }
    }

    @Test
    void everyPod_isGivenWhatItAskedFor() throws Exception {
        long seed = Long.getLong("random.seed", System.nanoTime() % 1_000_000_000);
        var only = Integer.getInteger("random.pod");
        var numbers = only == null ? IntStream.range(0, PODS) : IntStream.of(only);
        LOG.log(Level.INFO, "random pods: -Drandom.seed=" + seed);
        var waiting = new ConcurrentLinkedQueue<Integer>(numbers.boxed().toList());
        long begun = System.nanoTime();
        int count = waiting.size();

        var differences = new ArrayList<String>();
        try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
            var work = new ArrayList<Callable<List<String>>>();
            for (int i = 0; i < AT_ONCE; i++) {
                work.add(() -> tryAll(seed, waiting));
            }
            for (var result : workers.invokeAll(work)) {
                differences.addAll(result.get());
            }
        }

        LOG.log(
                Level.INFO,
                "random pods: %d in %d s"
                        .formatted(count, Duration.ofNanos(System.nanoTime() - begun).toSeconds()));
        assertThat(differences).as("with -Drandom.seed=" + seed).isEmpty();
    }

    private static List<String> tryAll(long seed, Queue<Integer> waiting) {
        var differences = new ArrayList<String>();
        for (var number = waiting.poll(); number != null; number = waiting.poll()) {
            try {
                for (var difference : tryOne(seed, number)) {
                    differences.add("-Drandom.pod=%d: %s".formatted(number, difference));
                }
            } catch (IOException | RuntimeException | AssertionError e) {
                differences.add("-Drandom.pod=%d: %s".formatted(number, e));
            }
        }
        return differences;
    }

    private static List<String> tryOne(long seed, int number) throws IOException {
        var scratch = Files.createDirectories(stand.scratch("random-" + number));
        var draft = new Draft(seed, number, busybox, stand.paths().podLogs(), scratch);
        Namespaces.addTo(draft);
        Identities.addTo(draft);
        Trees.addTo(draft);
        Processes.addTo(draft);
        var id = client.runtime().runPodSandbox(Requests.run(draft.podConfig())).getPodSandboxId();
        try {
            return look(draft, id);
        } finally {
            client.runtime()
                    .stopPodSandbox(StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build());
            client.runtime()
                    .removePodSandbox(
                            RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build());
        }
    }

    private static List<String> look(Draft draft, String pod) throws IOException {
        var config = draft.containerConfig();
        var id =
                client.runtime()
                        .createContainer(Requests.create(pod, config, draft.pod))
                        .getContainerId();
        client.runtime()
                .startContainer(StartContainerRequest.newBuilder().setContainerId(id).build());
        var log = stand.paths().podLogs().resolve(draft.name).resolve("main.log");
        Await.until(
                draft.name + " has printed everything",
                PATIENCE,
                () -> Draft.isWhole(printed(log)));
        var differences = new ArrayList<>(draft.differences(printed(log)));
        var status =
                client.runtime()
                        .containerStatus(
                                ContainerStatusRequest.newBuilder().setContainerId(id).build())
                        .getStatus();
        compare(differences, "state", status.getState(), ContainerState.CONTAINER_RUNNING);
        compare(differences, "labels", status.getLabelsMap(), config.getLabelsMap());
        compare(differences, "mounts", status.getMountsCount(), config.getMountsCount());
        if (config.getStopSignalValue() != 0) {
            compare(differences, "stop_signal", status.getStopSignal(), config.getStopSignal());
        }
        var resources = config.getLinux().getResources();
        compare(differences, "resources", status.getResources().getLinux(), resources);
        return differences;
    }

    private static void compare(List<String> differences, String what, Object is, Object asked) {
        if (!is.equals(asked)) {
            differences.add("status.%s is %s, not %s".formatted(what, is, asked));
        }
    }

    /** Lines of the log without its own fields; an unfinished one is no line yet. */
    private static List<String> printed(Path log) throws IOException {
        if (!Files.exists(log)) {
            return List.of();
        }
        return Files.readString(log)
                .lines()
                .map(line -> line.split(" ", 4))
                .filter(fields -> fields.length == 4)
                .map(fields -> fields[3].strip())
                .toList();
    }
}
