// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.Configs;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import runtime.v1.ContainerEventResponse;
import runtime.v1.ContainerEventType;
import runtime.v1.ContainerState;
import runtime.v1.GetEventsRequest;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** What crictl shows of what pods use and of what happens to them. */
@Tag("root")
class ObservationE2eTest extends BusyboxE2e {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static String podConfig(String name) {
        return Configs.pod(name, stand.paths().podLogs(), "");
    }

    /** Reads files, sends packets and computes, and says when it has. */
    private static String busy(String pod, String name) throws IOException {
        var script = "dd if=/dev/zero of=/file bs=1024 count=512; while :; do :; done";
        return crictl.runContainer(
                pod, Configs.container("main", busybox, "sh", "-c", script), podConfig(name));
    }

    @Test
    void statsp_showsCpuMemoryNetworkAndContainers() throws IOException {
        var pod = crictl.runPod(podConfig("statsp"));
        var container = busy(pod, "statsp");

        Await.until(
                "the pod has used a second of CPU time and its file counts",
                LONG,
                () -> {
                    var linux = podStats(pod);
                    return value(linux.path("cpu").path("usageCoreNanoSeconds")) > 1_000_000_000
                            && value(linux.path("cpu").path("usageNanoCores")) > 1_000_000
                            && value(
                                            linux.path("containers")
                                                    .path(0)
                                                    .path("writableLayer")
                                                    .path("usedBytes"))
                                    >= 512 << 10;
                });
        var linux = podStats(pod);
        assertThat(linux.path("containers").path(0).path("attributes").path("id").asText())
                .isEqualTo(container);
        assertThat(value(linux.path("memory").path("workingSetBytes"))).isPositive();
        assertThat(value(linux.path("process").path("processCount"))).isPositive();
        var network = linux.path("network").path("defaultInterface");
        assertThat(network.path("name").asText()).isEqualTo("eth0");
        assertThat(network.path("rxBytes").has("value")).isTrue();
    }

    private static JsonNode podStats(String pod) throws IOException {
        return crictl.json("statsp", "-o", "json", "--id", pod).path("stats").get(0).path("linux");
    }

    private static long value(JsonNode number) {
        return number.path("value").asLong();
    }

    @Test
    void metricsp_hasEverySampleOfAContainerThatRuns() throws IOException {
        var pod = crictl.runPod(podConfig("metricsp"));
        busy(pod, "metricsp");
        Await.until(
                "it has used a second of CPU time and is measured",
                LONG,
                () -> {
                    var samples = samples(pod);
                    return samples.getOrDefault("container_cpu_usage_seconds_total", 0L) >= 1
                            && samples.containsKey("container_fs_usage_bytes");
                });

        var samples = samples(pod);

        assertThat(samples).containsKeys("container_spec_cpu_shares", "container_ulimits_soft");
        assertThat(samples.get("container_threads")).isPositive();
        assertThat(samples.get("container_processes")).isPositive();
        assertThat(samples.get("container_file_descriptors")).isPositive();
        assertThat(samples.get("container_memory_working_set_bytes")).isPositive();
        assertThat(samples.get("container_memory_max_usage_bytes")).isPositive();
        assertThat(samples.get("container_fs_limit_bytes")).isPositive();
        assertThat(samples.get("container_start_time_seconds"))
                .isBetween(1_700_000_000L, System.currentTimeMillis() / 1000);
        assertThat(samples).containsKey("container_network_receive_bytes_total");
    }

    /** The first value of each metric of a pod and its containers. */
    private static Map<String, Long> samples(String pod) throws IOException {
        var values = new HashMap<String, Long>();
        for (var metrics : crictl.json("metricsp", "-o", "json").path("podMetrics")) {
            if (metrics.path("podSandboxId").asText().equals(pod)) {
                metrics.path("metrics").forEach(m -> add(values, m));
                for (var container : metrics.path("containerMetrics")) {
                    container.path("metrics").forEach(m -> add(values, m));
                }
            }
        }
        return values;
    }

    private static void add(Map<String, Long> values, JsonNode metric) {
        values.putIfAbsent(metric.path("name").asText(), value(metric.path("value")));
    }

    @Test
    void metricdescs_nameTheirLabels() throws IOException {
        var descriptors = crictl.json("metricdescs").path("descriptors");

        assertThat(descriptors.findValuesAsText("name"))
                .contains("container_threads", "container_pressure_io_waiting_seconds_total");
    }

    @Test
    void events_tellTheLifeOfAPod() throws IOException {
        try (var client = stand.connect();
                var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            var heard = new ConcurrentLinkedQueue<ContainerEventResponse>();
            var events = client.runtime().getContainerEvents(GetEventsRequest.getDefaultInstance());
            var reader =
                    CompletableFuture.runAsync(
                            () -> {
                                while (heard.size() < 8 || isEarly(heard)) {
                                    heard.add(events.next());
                                }
                            },
                            readers);
            // The stream is there once it tells of a pod.
            Await.until(
                    "the first events arrive",
                    LONG,
                    () -> {
                        crictl.call("rmp", "-f", crictl.runPod(podConfig("first")));
                        return !heard.isEmpty();
                    });
            var pod = crictl.runPod(podConfig("life"));
            var json = Configs.container("main", busybox, "sh", "-c", "exit 3");
            var container = crictl.runContainer(pod, json, podConfig("life"));
            Await.until(
                    "the container has ended",
                    LONG,
                    () ->
                            heard.stream()
                                    .anyMatch(e -> isOf(e, container, "CONTAINER_STOPPED_EVENT")));
            crictl.call("rmp", "-f", pod);
            reader.orTimeout(60, TimeUnit.SECONDS).join();

            assertThat(typesOf(heard, container))
                    .containsExactly(
                            ContainerEventType.CONTAINER_CREATED_EVENT,
                            ContainerEventType.CONTAINER_STARTED_EVENT,
                            ContainerEventType.CONTAINER_STOPPED_EVENT,
                            ContainerEventType.CONTAINER_DELETED_EVENT);
            assertThat(typesOf(heard, pod))
                    .containsExactly(
                            ContainerEventType.CONTAINER_CREATED_EVENT,
                            ContainerEventType.CONTAINER_STARTED_EVENT,
                            ContainerEventType.CONTAINER_STOPPED_EVENT,
                            ContainerEventType.CONTAINER_DELETED_EVENT);
            var stopped =
                    heard.stream()
                            .filter(e -> isOf(e, container, "CONTAINER_STOPPED_EVENT"))
                            .findFirst()
                            .orElseThrow();
            assertThat(stopped.getContainersStatuses(0).getState())
                    .isEqualTo(ContainerState.CONTAINER_EXITED);
            assertThat(stopped.getContainersStatuses(0).getExitCode()).isEqualTo(3);
            assertThat(stopped.getPodSandboxStatus().getMetadata().getName()).isEqualTo("life");
        }
    }

    /** Whether the pod named {@code life} is not yet deleted. */
    private static boolean isEarly(Iterable<ContainerEventResponse> heard) {
        for (var event : heard) {
            if (event.getPodSandboxStatus().getMetadata().getName().equals("life")
                    && isOf(
                            event,
                            event.getPodSandboxStatus().getId(),
                            "CONTAINER_DELETED_EVENT")) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOf(ContainerEventResponse event, String id, String type) {
        return event.getContainerId().equals(id)
                && event.getContainerEventType().name().equals(type);
    }

    private static List<ContainerEventType> typesOf(
            Iterable<ContainerEventResponse> heard, String id) {
        var types = new ArrayList<ContainerEventType>();
        for (var event : heard) {
            if (event.getContainerId().equals(id)) {
                types.add(event.getContainerEventType());
            }
        }
        return types;
    }

    @Test
    void crictlEvents_printsThem() throws IOException {
        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            var printed =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return crictl.command("events")
                                            .after(List.of("timeout", "-s", "INT", "15"))
                                            .run()
                                            .stdout();
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            },
                            readers);
            // When crictl has connected cannot be seen, so pods come and go until it ends.
            while (!printed.isDone()) {
                crictl.call("rmp", "-f", crictl.runPod(podConfig("printed")));
            }

            assertThat(printed.join())
                    .contains("CONTAINER_STARTED_EVENT", "CONTAINER_DELETED_EVENT", "printed");
        }
    }
}
