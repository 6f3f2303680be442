// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import dev.ristretto.runtime.app.ShortTempDir;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.ListMetricDescriptorsRequest;
import runtime.v1.ListPodSandboxMetricsRequest;
import runtime.v1.Metric;
import runtime.v1.MetricDescriptor;
import runtime.v1.MetricType;
import runtime.v1.PodSandboxMetrics;
import runtime.v1.StreamPodSandboxMetricsRequest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Metrics over a real socket. */
@Timeout(60)
class MetricsComponentTest {
    /** What the kubelet's users have from cAdvisor, as critest of cri-tools v1.37 lists it. */
    private static final String EXPECTED =
            """
            container_blkio_device_usage_total
            container_cpu_cfs_periods_total
            container_cpu_cfs_throttled_periods_total
            container_cpu_cfs_throttled_seconds_total
            container_cpu_system_seconds_total
            container_cpu_usage_seconds_total
            container_cpu_user_seconds_total
            container_file_descriptors
            container_fs_inodes_free
            container_fs_inodes_total
            container_fs_limit_bytes
            container_fs_reads_bytes_total
            container_fs_reads_total
            container_fs_usage_bytes
            container_fs_writes_bytes_total
            container_fs_writes_total
            container_hugetlb_max_usage_bytes
            container_hugetlb_usage_bytes
            container_last_seen
            container_memory_cache
            container_memory_failcnt
            container_memory_failures_total
            container_memory_kernel_usage
            container_memory_mapped_file
            container_memory_max_usage_bytes
            container_memory_rss
            container_memory_swap
            container_memory_usage_bytes
            container_memory_working_set_bytes
            container_network_receive_bytes_total
            container_network_receive_errors_total
            container_network_receive_packets_dropped_total
            container_network_receive_packets_total
            container_network_transmit_bytes_total
            container_network_transmit_errors_total
            container_network_transmit_packets_dropped_total
            container_network_transmit_packets_total
            container_oom_events_total
            container_pressure_cpu_stalled_seconds_total
            container_pressure_cpu_waiting_seconds_total
            container_pressure_io_stalled_seconds_total
            container_pressure_io_waiting_seconds_total
            container_pressure_memory_stalled_seconds_total
            container_pressure_memory_waiting_seconds_total
            container_processes
            container_sockets
            container_spec_cpu_period
            container_spec_cpu_quota
            container_spec_cpu_shares
            container_spec_memory_limit_bytes
            container_spec_memory_reservation_limit_bytes
            container_spec_memory_swap_limit_bytes
            container_start_time_seconds
            container_threads
            container_threads_max
            container_ulimits_soft
            """;

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private ServedNode served;

    @BeforeEach
    void start() throws IOException {
        served = new ServedNode(directory);
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    private List<MetricDescriptor> descriptors() {
        return served.stub()
                .listMetricDescriptors(ListMetricDescriptorsRequest.getDefaultInstance())
                .getDescriptorsList();
    }

    @Test
    void everyMetricThatIsExpected_isDescribed() {
        assertThat(descriptors().stream().map(MetricDescriptor::getName))
                .containsExactlyInAnyOrderElementsOf(EXPECTED.lines().toList());
        assertThat(descriptors())
                .allSatisfy(
                        d -> {
                            assertThat(d.getHelp()).endsWith(".");
                            assertThat(d.getLabelKeysList()).contains("pod", "namespace");
                        });
    }

    @Test
    void everySample_hasTheLabelsOfItsDescriptor() throws IOException {
        var container = served.node.start(served.node.runPod("p"), "c");
        Map<String, MetricDescriptor> descriptors =
                descriptors().stream()
                        .collect(Collectors.toMap(MetricDescriptor::getName, Function.identity()));

        var pod = list().getFirst();

        assertThat(pod.getContainerMetrics(0).getContainerId()).isEqualTo(container.value());
        assertThat(pod.getContainerMetrics(0).getMetricsList())
                .hasSizeGreaterThan(40)
                .allSatisfy(
                        m ->
                                assertThat(m.getLabelValuesList())
                                        .hasSameSizeAs(labelsOf(descriptors, m.getName())));
        var threads = sample(pod, "container_threads");
        assertThat(threads.getValue().getValue()).isEqualTo(8);
        assertThat(threads.getMetricType()).isEqualTo(MetricType.GAUGE);
        assertThat(threads.getTimestamp()).isPositive();
        assertThat(threads.getLabelValuesList())
                .containsExactly(
                        "c",
                        served.node.container(container).cgroup(),
                        served.node.container(container).image().name(),
                        container.value(),
                        "default",
                        "p");
        assertThat(sample(pod, "container_cpu_user_seconds_total").getMetricType())
                .isEqualTo(MetricType.COUNTER);
    }

    private static List<String> labelsOf(Map<String, MetricDescriptor> all, String name) {
        return requireNonNull(all.get(name), name).getLabelKeysList();
    }

    private static Metric sample(PodSandboxMetrics pod, String name) {
        return pod.getContainerMetrics(0).getMetricsList().stream()
                .filter(m -> m.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatDoesNotRun_hasNoMetrics() throws IOException {
        var pod = served.node.runPod("p");
        served.node.create(pod, "c");
        var stopped = served.node.runPod("q");
        served.node.sandboxes().stop().run(stopped);

        assertThat(list()).hasSize(1);
        assertThat(list().getFirst().getPodSandboxId()).isEqualTo(pod.value());
        assertThat(list().getFirst().getContainerMetricsList()).isEmpty();
    }

    @Test
    void metrics_streamAsTheyAreListed() throws IOException {
        served.node.start(served.node.runPod("p"), "c");
        var streamed = new ArrayList<PodSandboxMetrics>();
        served.stub()
                .streamPodSandboxMetrics(StreamPodSandboxMetricsRequest.getDefaultInstance())
                .forEachRemaining(m -> streamed.addAll(m.getPodSandboxMetricsList()));

        assertThat(streamed.stream().map(PodSandboxMetrics::getPodSandboxId))
                .containsExactly(list().getFirst().getPodSandboxId());
        assertThat(streamed.getFirst().getContainerMetrics(0).getMetricsCount())
                .isEqualTo(list().getFirst().getContainerMetrics(0).getMetricsCount());
    }

    private List<PodSandboxMetrics> list() {
        return served.stub()
                .listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance())
                .getPodMetricsList();
    }
}
