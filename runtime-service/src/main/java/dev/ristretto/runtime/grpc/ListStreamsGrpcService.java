// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.image.grpc.PacedStream;
import dev.ristretto.runtime.container.ContainerStore;
import dev.ristretto.runtime.sandbox.SandboxStore;

import io.grpc.stub.StreamObserver;

import runtime.v1.RuntimeServiceGrpc;
import runtime.v1.StreamContainersRequest;
import runtime.v1.StreamContainersResponse;
import runtime.v1.StreamPodSandboxesRequest;
import runtime.v1.StreamPodSandboxesResponse;

import java.util.Set;

/** The lists of pods and containers in messages of bounded size, for dense nodes. */
final class ListStreamsGrpcService extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    static final Set<String> METHODS = Set.of("StreamPodSandboxes", "StreamContainers");

    private final SandboxStore sandboxes;
    private final ContainerStore containers;

    ListStreamsGrpcService(SandboxStore sandboxes, ContainerStore containers) {
        this.sandboxes = sandboxes;
        this.containers = containers;
    }

    @Override
    public void streamPodSandboxes(
            StreamPodSandboxesRequest request,
            StreamObserver<StreamPodSandboxesResponse> observer) {
        PacedStream.send(
                observer,
                sandboxes.list().stream()
                        .filter(s -> SandboxMapper.matches(s, request.getFilter()))
                        .map(SandboxMapper::toItem)
                        .iterator(),
                some -> StreamPodSandboxesResponse.newBuilder().addAllPodSandboxes(some).build());
    }

    @Override
    public void streamContainers(
            StreamContainersRequest request, StreamObserver<StreamContainersResponse> observer) {
        PacedStream.send(
                observer,
                containers.list().stream()
                        .filter(c -> ContainerStatusMapper.matches(c, request.getFilter()))
                        .map(ContainerStatusMapper::toItem)
                        .iterator(),
                some -> StreamContainersResponse.newBuilder().addAllContainers(some).build());
    }
}
