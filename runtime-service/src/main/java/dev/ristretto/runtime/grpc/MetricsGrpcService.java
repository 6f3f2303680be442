// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.image.grpc.PacedStream;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerStore;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.sandbox.SandboxStore;
import dev.ristretto.runtime.stats.MetricName;
import dev.ristretto.runtime.stats.MetricSample;
import dev.ristretto.runtime.stats.PodMetrics;

import io.grpc.stub.StreamObserver;

import runtime.v1.ContainerMetrics;
import runtime.v1.ListMetricDescriptorsRequest;
import runtime.v1.ListMetricDescriptorsResponse;
import runtime.v1.ListPodSandboxMetricsRequest;
import runtime.v1.ListPodSandboxMetricsResponse;
import runtime.v1.Metric;
import runtime.v1.MetricDescriptor;
import runtime.v1.MetricType;
import runtime.v1.PodSandboxMetrics;
import runtime.v1.RuntimeServiceGrpc;
import runtime.v1.StreamPodSandboxMetricsRequest;
import runtime.v1.StreamPodSandboxMetricsResponse;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Metrics of containers and pods, as cAdvisor has them. */
final class MetricsGrpcService extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    static final Set<String> METHODS =
            Set.of("ListMetricDescriptors", "ListPodSandboxMetrics", "StreamPodSandboxMetrics");

    private final SandboxStore sandboxes;
    private final ContainerStore containers;
    private final PodMetrics metrics;

    MetricsGrpcService(SandboxStore sandboxes, ContainerStore containers, PodMetrics metrics) {
        this.sandboxes = sandboxes;
        this.containers = containers;
        this.metrics = metrics;
    }

    @Override
    public void listMetricDescriptors(
            ListMetricDescriptorsRequest request,
            StreamObserver<ListMetricDescriptorsResponse> observer) {
        var response = ListMetricDescriptorsResponse.newBuilder();
        for (var name : MetricName.values()) {
            response.addDescriptors(
                    MetricDescriptor.newBuilder()
                            .setName(name.text())
                            .setHelp(name.help())
                            .addAllLabelKeys(name.labels()));
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }

    @Override
    public void listPodSandboxMetrics(
            ListPodSandboxMetricsRequest request,
            StreamObserver<ListPodSandboxMetricsResponse> observer) {
        observer.onNext(
                ListPodSandboxMetricsResponse.newBuilder()
                        .addAllPodMetrics(read()::iterator)
                        .build());
        observer.onCompleted();
    }

    @Override
    public void streamPodSandboxMetrics(
            StreamPodSandboxMetricsRequest request,
            StreamObserver<StreamPodSandboxMetricsResponse> observer) {
        PacedStream.send(
                observer,
                read().iterator(),
                some ->
                        StreamPodSandboxMetricsResponse.newBuilder()
                                .addAllPodSandboxMetrics(some)
                                .build());
    }

    /** Of every pod that is not stopped, one by one as they are taken. */
    private Stream<PodSandboxMetrics> read() {
        var ofPods =
                containers.list().stream().collect(Collectors.groupingBy(Container::podSandboxId));
        return sandboxes.list().stream()
                .filter(sandbox -> sandbox.state() instanceof SandboxState.Ready)
                .map(s -> read(s, ofPods.getOrDefault(s.id(), List.of())));
    }

    private PodSandboxMetrics read(Sandbox sandbox, List<Container> ofPod) {
        var reading = metrics.read(sandbox, ofPod);
        var pod =
                PodSandboxMetrics.newBuilder()
                        .setPodSandboxId(sandbox.id().value())
                        .addAllMetrics(toProto(reading.pod()));
        reading.containers()
                .forEach(
                        (id, samples) ->
                                pod.addContainerMetrics(
                                        ContainerMetrics.newBuilder()
                                                .setContainerId(id)
                                                .addAllMetrics(toProto(samples))));
        return pod.build();
    }

    private static List<Metric> toProto(List<MetricSample> samples) {
        return samples.stream().map(MetricsGrpcService::toProto).toList();
    }

    private static Metric toProto(MetricSample sample) {
        return Metric.newBuilder()
                .setName(sample.name().text())
                .setTimestamp(Times.nanos(sample.at()))
                .setMetricType(type(sample.name().kind()))
                .addAllLabelValues(sample.labels())
                .setValue(StatsMapper.value(sample.value()))
                .build();
    }

    private static MetricType type(MetricName.Kind kind) {
        return switch (kind) {
            case COUNTER -> MetricType.COUNTER;
            case GAUGE -> MetricType.GAUGE;
        };
    }
}
