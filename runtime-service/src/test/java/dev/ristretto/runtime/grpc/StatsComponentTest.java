// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.NamespaceOptions;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.ContainerStats;
import runtime.v1.ContainerStatsFilter;
import runtime.v1.ContainerStatsRequest;
import runtime.v1.ListContainerStatsRequest;
import runtime.v1.ListPodSandboxStatsRequest;
import runtime.v1.NetworkInterfaceUsage;
import runtime.v1.NetworkUsage;
import runtime.v1.PodSandboxStats;
import runtime.v1.PodSandboxStatsFilter;
import runtime.v1.PodSandboxStatsRequest;
import runtime.v1.ProcessUsage;
import runtime.v1.StreamContainerStatsRequest;
import runtime.v1.StreamPodSandboxStatsRequest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;

/** What is used, over a real socket. */
@Timeout(60)
class StatsComponentTest {
    private static final String NOBODY = "00".repeat(32);

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private ServedNode served;
    private PodSandboxId pod;

    @BeforeEach
    void start() throws IOException {
        served = new ServedNode(directory);
        pod = served.node.runPod("p");
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    @Test
    void container_hasARateOnceItWasReadTwice() throws IOException {
        var id = served.node.start(pod, "c");
        var request = ContainerStatsRequest.newBuilder().setContainerId(id.value()).build();

        assertThat(served.stub().containerStats(request).getStats().getCpu().hasUsageNanoCores())
                .isFalse();
        served.node.clock.advance(Duration.ofSeconds(1));
        assertThat(served.stub().containerStats(request).getStats().getCpu().hasUsageNanoCores())
                .isTrue();
    }

    @Test
    void unknown_isNotFoundByName() {
        assertThatThrownBy(
                        () ->
                                served.stub()
                                        .containerStats(
                                                ContainerStatsRequest.newBuilder()
                                                        .setContainerId(NOBODY)
                                                        .build()))
                .hasMessage("NOT_FOUND: container %s not found".formatted(NOBODY));
        assertThatThrownBy(
                        () ->
                                served.stub()
                                        .podSandboxStats(
                                                PodSandboxStatsRequest.newBuilder()
                                                        .setPodSandboxId(NOBODY)
                                                        .build()))
                .hasMessage("NOT_FOUND: pod sandbox %s not found".formatted(NOBODY));
    }

    @Test
    void containers_streamAsTheyAreListed() throws IOException {
        served.node.start(pod, "one");
        var wanted = served.node.create(pod, "two");
        var filter = ContainerStatsFilter.newBuilder().setId(wanted.value());

        var listed =
                served.stub()
                        .listContainerStats(ListContainerStatsRequest.getDefaultInstance())
                        .getStatsList();
        var all = streamed(StreamContainerStatsRequest.getDefaultInstance());
        var one = streamed(StreamContainerStatsRequest.newBuilder().setFilter(filter).build());

        assertThat(listed).hasSize(2);
        assertThat(all.stream().map(s -> s.getAttributes().getId()))
                .containsExactlyInAnyOrderElementsOf(
                        listed.stream().map(s -> s.getAttributes().getId()).toList());
        assertThat(one.stream().map(s -> s.getAttributes().getId()))
                .containsExactly(wanted.value());
    }

    private ArrayList<ContainerStats> streamed(StreamContainerStatsRequest request) {
        var all = new ArrayList<ContainerStats>();
        served.stub()
                .streamContainerStats(request)
                .forEachRemaining(message -> all.addAll(message.getContainerStatsList()));
        return all;
    }

    @Test
    void pod_hasItsCgroupItsNetworkAndItsContainers() throws IOException {
        var container = served.node.start(pod, "c");
        served.node.cgroups.make(served.node.sandbox(pod).cgroup());

        var stats = podStats();

        assertThat(stats.getAttributes().getId()).isEqualTo(pod.value());
        assertThat(stats.getAttributes().getMetadata().getName()).isEqualTo("p");
        assertThat(stats.getAttributes().getLabelsMap()).isEqualTo(Map.of("app", "p"));
        assertThat(stats.getAttributes().getAnnotationsMap()).isEqualTo(Map.of("note", "a"));
        assertThat(stats.getLinux().getCpu().getUsageCoreNanoSeconds().getValue()).isEqualTo(1);
        assertThat(stats.getLinux().getMemory().getWorkingSetBytes().getValue()).isEqualTo(3);
        assertThat(stats.getLinux().getProcess().getProcessCount().getValue()).isEqualTo(8);
        assertThat(stats.getLinux().getProcess().getTimestamp()).isPositive();
        assertThat(stats.getLinux().hasNetwork()).isTrue();
        assertThat(stats.getLinux().getIo().getTimestamp()).isPositive();
        assertThat(stats.getLinux().getContainers(0).getAttributes().getId())
                .isEqualTo(container.value());
    }

    private PodSandboxStats podStats() {
        return served.stub()
                .podSandboxStats(
                        PodSandboxStatsRequest.newBuilder().setPodSandboxId(pod.value()).build())
                .getStats();
    }

    @Test
    void noField_isOverlooked() {
        Fields.of(PodSandboxStats.getDescriptor())
                .tried("attributes", "linux")
                .leftOut("never filled", "windows")
                .areAll();
        Fields.of(runtime.v1.LinuxPodSandboxStats.getDescriptor())
                .tried("cpu", "memory", "network", "process", "containers", "io")
                .areAll();
        Fields.of(ProcessUsage.getDescriptor()).tried("timestamp", "process_count").areAll();
        Fields.of(NetworkUsage.getDescriptor())
                .tried("timestamp", "default_interface", "interfaces")
                .areAll();
        Fields.of(NetworkInterfaceUsage.getDescriptor())
                .tried("name", "rx_bytes", "rx_errors", "tx_bytes", "tx_errors")
                .areAll();
    }

    @Test
    void podThatIsStopped_usesNothing() throws IOException {
        served.node.sandboxes().stop().run(pod);

        var stats = podStats();

        assertThat(stats.getLinux().getCpu().getUsageCoreNanoSeconds().getValue()).isZero();
        assertThat(stats.getLinux().hasNetwork()).isFalse();
    }

    @Test
    void podInTheHostsNetwork_hasNoCounters() throws IOException {
        var host =
                new NamespaceOptions(
                        NamespaceMode.NODE, NamespaceMode.CONTAINER, NamespaceMode.POD, "");
        pod = served.node.sandboxes().run().run(Samples.pod("h", 0, "", host));

        assertThat(podStats().getLinux().hasNetwork()).isFalse();
    }

    @Test
    void pods_streamAsTheyAreListed() throws IOException {
        var wanted = served.node.runPod("q");
        var filter = PodSandboxStatsFilter.newBuilder().setId(wanted.value());

        var listed =
                served.stub()
                        .listPodSandboxStats(ListPodSandboxStatsRequest.getDefaultInstance())
                        .getStatsList();
        var one = new ArrayList<PodSandboxStats>();
        served.stub()
                .streamPodSandboxStats(
                        StreamPodSandboxStatsRequest.newBuilder().setFilter(filter).build())
                .forEachRemaining(message -> one.addAll(message.getPodSandboxStatsList()));
        var labelled =
                served.stub()
                        .listPodSandboxStats(
                                ListPodSandboxStatsRequest.newBuilder()
                                        .setFilter(
                                                PodSandboxStatsFilter.newBuilder()
                                                        .putLabelSelector("app", "q"))
                                        .build())
                        .getStatsList();

        assertThat(listed).hasSize(2);
        assertThat(one.stream().map(s -> s.getAttributes().getId()))
                .containsExactly(wanted.value());
        assertThat(labelled.stream().map(s -> s.getAttributes().getId()))
                .containsExactly(wanted.value());
    }
}
