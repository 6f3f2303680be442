// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.protobuf.ByteString;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.registry.Cancellation;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.spec.PodLimits;
import dev.ristretto.runtime.stream.ExecStreamRequest;
import dev.ristretto.runtime.stream.StreamStdio;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;

import runtime.v1.CgroupDriver;
import runtime.v1.ContainerStatusRequest;
import runtime.v1.ContainerStatusResponse;
import runtime.v1.CreateContainerRequest;
import runtime.v1.CreateContainerResponse;
import runtime.v1.ExecRequest;
import runtime.v1.ExecResponse;
import runtime.v1.ExecSyncRequest;
import runtime.v1.ExecSyncResponse;
import runtime.v1.LinuxContainerResources;
import runtime.v1.LinuxRuntimeConfiguration;
import runtime.v1.ListContainersRequest;
import runtime.v1.ListContainersResponse;
import runtime.v1.ListPodSandboxRequest;
import runtime.v1.ListPodSandboxResponse;
import runtime.v1.PodSandboxStatusRequest;
import runtime.v1.PodSandboxStatusResponse;
import runtime.v1.RemoveContainerRequest;
import runtime.v1.RemoveContainerResponse;
import runtime.v1.RemovePodSandboxRequest;
import runtime.v1.RemovePodSandboxResponse;
import runtime.v1.ReopenContainerLogRequest;
import runtime.v1.ReopenContainerLogResponse;
import runtime.v1.RunPodSandboxRequest;
import runtime.v1.RunPodSandboxResponse;
import runtime.v1.RuntimeConfigRequest;
import runtime.v1.RuntimeConfigResponse;
import runtime.v1.RuntimeServiceGrpc;
import runtime.v1.StartContainerRequest;
import runtime.v1.StartContainerResponse;
import runtime.v1.StatusRequest;
import runtime.v1.StatusResponse;
import runtime.v1.StopContainerRequest;
import runtime.v1.StopContainerResponse;
import runtime.v1.StopPodSandboxRequest;
import runtime.v1.StopPodSandboxResponse;
import runtime.v1.UpdateContainerResourcesRequest;
import runtime.v1.UpdateContainerResourcesResponse;
import runtime.v1.UpdatePodSandboxResourcesRequest;
import runtime.v1.UpdatePodSandboxResourcesResponse;
import runtime.v1.UpdateRuntimeConfigRequest;
import runtime.v1.UpdateRuntimeConfigResponse;
import runtime.v1.VersionRequest;
import runtime.v1.VersionResponse;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;

/** The calls of {@code runtime.v1.RuntimeService} that {@link RuntimeServices} has no part for. */
final class RuntimeGrpcService extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    private static final String NAME = "ristretto";
    private static final String API_VERSION = "v1";
    private static final String KUBELET_API_VERSION = "0.1.0";

    private final RuntimeCalls calls;
    private final String version;
    private final InstantSource clock;

    /**
     * @param version of this daemon
     */
    RuntimeGrpcService(RuntimeCalls calls, String version, InstantSource clock) {
        this.calls = calls;
        this.version = version;
        this.clock = clock;
    }

    @Override
    public void version(VersionRequest request, StreamObserver<VersionResponse> observer) {
        answer(
                observer,
                () ->
                        VersionResponse.newBuilder()
                                .setVersion(KUBELET_API_VERSION)
                                .setRuntimeName(NAME)
                                .setRuntimeVersion(version)
                                .setRuntimeApiVersion(API_VERSION)
                                .build());
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
        answer(observer, () -> calls.status().answer(request.getVerbose()));
    }

    @Override
    public void runtimeConfig(
            RuntimeConfigRequest request, StreamObserver<RuntimeConfigResponse> observer) {
        answer(
                observer,
                () ->
                        RuntimeConfigResponse.newBuilder()
                                .setLinux(
                                        LinuxRuntimeConfiguration.newBuilder()
                                                .setCgroupDriver(CgroupDriver.CGROUPFS))
                                .build());
    }

    /** The node's pod CIDRs, for CNI; the built-in network's subnets are those of the file. */
    @Override
    public void updateRuntimeConfig(
            UpdateRuntimeConfigRequest request,
            StreamObserver<UpdateRuntimeConfigResponse> observer) {
        answer(
                observer,
                () -> {
                    calls.status()
                            .usePodCidrs(
                                    request.getRuntimeConfig().getNetworkConfig().getPodCidr());
                    return UpdateRuntimeConfigResponse.getDefaultInstance();
                });
    }

    @Override
    public void runPodSandbox(
            RunPodSandboxRequest request, StreamObserver<RunPodSandboxResponse> observer) {
        answer(
                observer,
                () -> {
                    var config =
                            SandboxMapper.fromProto(
                                    request.getConfig(), request.getRuntimeHandler());
                    var linux = request.getConfig().getLinux();
                    var limits = limits(linux.getOverhead(), linux.getResources());
                    var id = calls.sandboxes().run().run(config, limits);
                    return RunPodSandboxResponse.newBuilder().setPodSandboxId(id.value()).build();
                });
    }

    @Override
    public void stopPodSandbox(
            StopPodSandboxRequest request, StreamObserver<StopPodSandboxResponse> observer) {
        answer(
                observer,
                () -> {
                    var sandbox = calls.sandboxes().store().resolve(request.getPodSandboxId());
                    if (sandbox.isPresent()) {
                        calls.sandboxes().stop().run(sandbox.get().id());
                    }
                    return StopPodSandboxResponse.getDefaultInstance();
                });
    }

    @Override
    public void removePodSandbox(
            RemovePodSandboxRequest request, StreamObserver<RemovePodSandboxResponse> observer) {
        answer(
                observer,
                () -> {
                    var sandbox = calls.sandboxes().store().resolve(request.getPodSandboxId());
                    if (sandbox.isPresent()) {
                        calls.sandboxes().remove().run(sandbox.get().id());
                    }
                    return RemovePodSandboxResponse.getDefaultInstance();
                });
    }

    @Override
    public void podSandboxStatus(
            PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> observer) {
        answer(
                observer,
                () -> {
                    var sandbox = sandbox(request.getPodSandboxId());
                    var response =
                            PodSandboxStatusResponse.newBuilder()
                                    .setStatus(SandboxMapper.toStatus(sandbox))
                                    .setTimestamp(Times.nanos(clock.instant()));
                    calls.containers()
                            .store()
                            .of(sandbox.id())
                            .forEach(
                                    container ->
                                            response.addContainersStatuses(
                                                    ContainerStatusMapper.toStatus(container)));
                    if (request.getVerbose()) {
                        response.putInfo("info", VerboseInfo.of(sandbox));
                    }
                    return response.build();
                });
    }

    @Override
    public void listPodSandbox(
            ListPodSandboxRequest request, StreamObserver<ListPodSandboxResponse> observer) {
        answer(
                observer,
                () -> {
                    var response = ListPodSandboxResponse.newBuilder();
                    calls.sandboxes().store().list().stream()
                            .filter(s -> SandboxMapper.matches(s, request.getFilter()))
                            .map(SandboxMapper::toItem)
                            .forEach(response::addItems);
                    return response.build();
                });
    }

    /** The kubelet has written to the pod's cgroup before it tells of it. */
    @Override
    public void updatePodSandboxResources(
            UpdatePodSandboxResourcesRequest request,
            StreamObserver<UpdatePodSandboxResourcesResponse> observer) {
        answer(
                observer,
                () -> {
                    var limits = limits(request.getOverhead(), request.getResources());
                    calls.sandboxes().update().run(sandbox(request.getPodSandboxId()).id(), limits);
                    return UpdatePodSandboxResourcesResponse.getDefaultInstance();
                });
    }

    private static PodLimits limits(
            LinuxContainerResources overhead, LinuxContainerResources resources) {
        return new PodLimits(
                ResourcesMapper.fromProto(overhead), ResourcesMapper.fromProto(resources));
    }

    @Override
    public void createContainer(
            CreateContainerRequest request, StreamObserver<CreateContainerResponse> observer) {
        answer(
                observer,
                () -> {
                    var sandbox = sandbox(request.getPodSandboxId());
                    var config =
                            ContainerMapper.fromProto(
                                    request.getConfig(), calls.containers().unsetSeccomp());
                    var id = calls.containers().create().run(sandbox.id(), config);
                    return CreateContainerResponse.newBuilder().setContainerId(id.value()).build();
                });
    }

    @Override
    public void startContainer(
            StartContainerRequest request, StreamObserver<StartContainerResponse> observer) {
        answer(
                observer,
                () -> {
                    calls.containers().start().run(container(request.getContainerId()).id());
                    return StartContainerResponse.getDefaultInstance();
                });
    }

    @Override
    public void stopContainer(
            StopContainerRequest request, StreamObserver<StopContainerResponse> observer) {
        answer(
                observer,
                () -> {
                    var container = calls.containers().store().resolve(request.getContainerId());
                    var grace = Duration.ofSeconds(Math.max(0, request.getTimeout()));
                    if (container.isPresent()) {
                        calls.containers().stop().run(container.get().id(), grace);
                    }
                    return StopContainerResponse.getDefaultInstance();
                });
    }

    @Override
    public void removeContainer(
            RemoveContainerRequest request, StreamObserver<RemoveContainerResponse> observer) {
        answer(
                observer,
                () -> {
                    var container = calls.containers().store().resolve(request.getContainerId());
                    if (container.isPresent()) {
                        calls.containers().remove().run(container.get().id());
                    }
                    return RemoveContainerResponse.getDefaultInstance();
                });
    }

    @Override
    public void containerStatus(
            ContainerStatusRequest request, StreamObserver<ContainerStatusResponse> observer) {
        answer(
                observer,
                () -> {
                    var container = container(request.getContainerId());
                    var response =
                            ContainerStatusResponse.newBuilder()
                                    .setStatus(ContainerStatusMapper.toStatus(container));
                    if (request.getVerbose()) {
                        response.putInfo("info", VerboseInfo.of(container));
                    }
                    return response.build();
                });
    }

    @Override
    public void listContainers(
            ListContainersRequest request, StreamObserver<ListContainersResponse> observer) {
        answer(
                observer,
                () -> {
                    var response = ListContainersResponse.newBuilder();
                    calls.containers().store().list().stream()
                            .filter(c -> ContainerStatusMapper.matches(c, request.getFilter()))
                            .map(ContainerStatusMapper::toItem)
                            .forEach(response::addContainers);
                    return response.build();
                });
    }

    @Override
    public void updateContainerResources(
            UpdateContainerResourcesRequest request,
            StreamObserver<UpdateContainerResourcesResponse> observer) {
        answer(
                observer,
                () -> {
                    var id = container(request.getContainerId()).id();
                    calls.containers()
                            .update()
                            .run(id, ResourcesMapper.fromProto(request.getLinux()));
                    return UpdateContainerResourcesResponse.getDefaultInstance();
                });
    }

    @Override
    public void reopenContainerLog(
            ReopenContainerLogRequest request,
            StreamObserver<ReopenContainerLogResponse> observer) {
        answer(
                observer,
                () -> {
                    calls.containers().reopenLog().run(container(request.getContainerId()).id());
                    return ReopenContainerLogResponse.getDefaultInstance();
                });
    }

    @Override
    public void execSync(ExecSyncRequest request, StreamObserver<ExecSyncResponse> observer) {
        var caller = new Cancellation();
        Context.CancellationListener left = _ -> caller.cancel();
        var context = Context.current();
        context.addListener(left, Runnable::run);
        try {
            answer(observer, () -> execSync(request, caller));
        } finally {
            context.removeListener(left);
        }
    }

    private ExecSyncResponse execSync(ExecSyncRequest request, Cancellation caller)
            throws IOException {
        if (request.getTimeout() < 0) {
            throw RuntimeFault.invalidArgument(
                    "timeout %d is negative; 0 means none", request.getTimeout());
        }
        var result =
                calls.execs()
                        .sync()
                        .run(
                                container(request.getContainerId()).id(),
                                request.getCmdList(),
                                Duration.ofSeconds(request.getTimeout()),
                                caller);
        return ExecSyncResponse.newBuilder()
                .setStdout(ByteString.copyFrom(result.stdout()))
                .setStderr(ByteString.copyFrom(result.stderr()))
                .setExitCode(result.exitCode())
                .build();
    }

    @Override
    public void exec(ExecRequest request, StreamObserver<ExecResponse> observer) {
        answer(
                observer,
                () -> {
                    var id = container(request.getContainerId()).id();
                    calls.execs().check().requireRunning(id);
                    var stdio =
                            new StreamStdio(
                                    request.getTty(),
                                    request.getStdin(),
                                    request.getStdout(),
                                    request.getStderr());
                    var url =
                            calls.execs()
                                    .streaming()
                                    .openExec(
                                            new ExecStreamRequest(id, request.getCmdList(), stdio));
                    return ExecResponse.newBuilder().setUrl(url.toString()).build();
                });
    }

    @CanIgnoreReturnValue
    private Sandbox sandbox(String idOrPrefix) {
        return calls.sandboxes().store().get(idOrPrefix);
    }

    private Container container(String idOrPrefix) {
        return calls.containers().store().get(idOrPrefix);
    }

    private static <T> void answer(StreamObserver<T> observer, Answer<T> work) {
        T response;
        try {
            response = work.get();
        } catch (IOException e) {
            throw RuntimeFault.internal(e, "%s", e.getMessage());
        }
        observer.onNext(response);
        observer.onCompleted();
    }

    @FunctionalInterface
    private interface Answer<T> {
        T get() throws IOException;
    }
}
