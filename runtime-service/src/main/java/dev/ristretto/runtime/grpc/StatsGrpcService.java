// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.image.grpc.PacedStream;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerStore;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxStore;
import dev.ristretto.runtime.spec.PodSandboxId;

import io.grpc.stub.StreamObserver;

import runtime.v1.ContainerStats;
import runtime.v1.ContainerStatsRequest;
import runtime.v1.ContainerStatsResponse;
import runtime.v1.ListContainerStatsRequest;
import runtime.v1.ListContainerStatsResponse;
import runtime.v1.ListPodSandboxStatsRequest;
import runtime.v1.ListPodSandboxStatsResponse;
import runtime.v1.PodSandboxStats;
import runtime.v1.PodSandboxStatsRequest;
import runtime.v1.PodSandboxStatsResponse;
import runtime.v1.RuntimeServiceGrpc;
import runtime.v1.StreamContainerStatsRequest;
import runtime.v1.StreamContainerStatsResponse;
import runtime.v1.StreamPodSandboxStatsRequest;
import runtime.v1.StreamPodSandboxStatsResponse;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What containers and pods use. */
final class StatsGrpcService extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    static final Set<String> METHODS =
            Set.of(
                    "ContainerStats",
                    "ListContainerStats",
                    "StreamContainerStats",
                    "PodSandboxStats",
                    "ListPodSandboxStats",
                    "StreamPodSandboxStats");

    private final SandboxStore sandboxes;
    private final ContainerStore containers;
    private final RuntimeCalls.Usage usage;

    StatsGrpcService(SandboxStore sandboxes, ContainerStore containers, RuntimeCalls.Usage usage) {
        this.sandboxes = sandboxes;
        this.containers = containers;
        this.usage = usage;
    }

    @Override
    public void containerStats(
            ContainerStatsRequest request, StreamObserver<ContainerStatsResponse> observer) {
        var container = containers.get(request.getContainerId());
        observer.onNext(ContainerStatsResponse.newBuilder().setStats(stats(container)).build());
        observer.onCompleted();
    }

    @Override
    public void listContainerStats(
            ListContainerStatsRequest request,
            StreamObserver<ListContainerStatsResponse> observer) {
        forgetWhatIsGone();
        var response = ListContainerStatsResponse.newBuilder();
        containers.list().stream()
                .filter(c -> StatsMapper.matches(c, request.getFilter()))
                .map(this::stats)
                .forEach(response::addStats);
        observer.onNext(response.build());
        observer.onCompleted();
    }

    @Override
    public void streamContainerStats(
            StreamContainerStatsRequest request,
            StreamObserver<StreamContainerStatsResponse> observer) {
        forgetWhatIsGone();
        PacedStream.send(
                observer,
                containers.list().stream()
                        .filter(c -> StatsMapper.matches(c, request.getFilter()))
                        .map(this::stats)
                        .iterator(),
                some ->
                        StreamContainerStatsResponse.newBuilder()
                                .addAllContainerStats(some)
                                .build());
    }

    @Override
    public void podSandboxStats(
            PodSandboxStatsRequest request, StreamObserver<PodSandboxStatsResponse> observer) {
        var sandbox = sandboxes.get(request.getPodSandboxId());
        var stats = stats(sandbox, containers.of(sandbox.id()));
        observer.onNext(PodSandboxStatsResponse.newBuilder().setStats(stats).build());
        observer.onCompleted();
    }

    @Override
    public void listPodSandboxStats(
            ListPodSandboxStatsRequest request,
            StreamObserver<ListPodSandboxStatsResponse> observer) {
        forgetWhatIsGone();
        var response = ListPodSandboxStatsResponse.newBuilder();
        var ofPods = containersOfPods();
        sandboxes.list().stream()
                .filter(s -> PodStatsMapper.matches(s, request.getFilter()))
                .map(s -> stats(s, ofPods.getOrDefault(s.id(), List.of())))
                .forEach(response::addStats);
        observer.onNext(response.build());
        observer.onCompleted();
    }

    @Override
    public void streamPodSandboxStats(
            StreamPodSandboxStatsRequest request,
            StreamObserver<StreamPodSandboxStatsResponse> observer) {
        forgetWhatIsGone();
        var ofPods = containersOfPods();
        PacedStream.send(
                observer,
                sandboxes.list().stream()
                        .filter(s -> PodStatsMapper.matches(s, request.getFilter()))
                        .map(s -> stats(s, ofPods.getOrDefault(s.id(), List.of())))
                        .iterator(),
                some ->
                        StreamPodSandboxStatsResponse.newBuilder()
                                .addAllPodSandboxStats(some)
                                .build());
    }

    private Map<PodSandboxId, List<Container>> containersOfPods() {
        return containers.list().stream().collect(Collectors.groupingBy(Container::podSandboxId));
    }

    private ContainerStats stats(Container container) {
        return StatsMapper.toProto(container, usage.containers().read(container), usage.stateDir());
    }

    private PodSandboxStats stats(Sandbox sandbox, List<Container> ofPod) {
        return PodStatsMapper.toProto(
                sandbox, usage.pods().read(sandbox), ofPod.stream().map(this::stats).toList());
    }

    /** What is remembered between two readings goes with what was read. */
    private void forgetWhatIsGone() {
        var present =
                Stream.concat(
                                sandboxes.all().stream().map(Sandbox::cgroup),
                                containers.list().stream().map(Container::cgroup))
                        .collect(Collectors.toCollection(HashSet::new));
        usage.cgroups().retain(present);
    }
}
