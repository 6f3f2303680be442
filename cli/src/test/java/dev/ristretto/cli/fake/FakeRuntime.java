// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.fake;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;

import runtime.v1.CheckpointContainerRequest;
import runtime.v1.CheckpointContainerResponse;
import runtime.v1.Container;
import runtime.v1.ContainerAttributes;
import runtime.v1.ContainerEventResponse;
import runtime.v1.ContainerState;
import runtime.v1.ContainerStats;
import runtime.v1.ContainerStatsRequest;
import runtime.v1.ContainerStatsResponse;
import runtime.v1.ContainerStatus;
import runtime.v1.ContainerStatusRequest;
import runtime.v1.ContainerStatusResponse;
import runtime.v1.CpuUsage;
import runtime.v1.CreateContainerRequest;
import runtime.v1.CreateContainerResponse;
import runtime.v1.ExecSyncRequest;
import runtime.v1.ExecSyncResponse;
import runtime.v1.GetEventsRequest;
import runtime.v1.LinuxPodSandboxStats;
import runtime.v1.ListContainerStatsRequest;
import runtime.v1.ListContainerStatsResponse;
import runtime.v1.ListContainersRequest;
import runtime.v1.ListContainersResponse;
import runtime.v1.ListMetricDescriptorsRequest;
import runtime.v1.ListMetricDescriptorsResponse;
import runtime.v1.ListPodSandboxMetricsRequest;
import runtime.v1.ListPodSandboxMetricsResponse;
import runtime.v1.ListPodSandboxRequest;
import runtime.v1.ListPodSandboxResponse;
import runtime.v1.ListPodSandboxStatsRequest;
import runtime.v1.ListPodSandboxStatsResponse;
import runtime.v1.MemoryUsage;
import runtime.v1.MetricDescriptor;
import runtime.v1.PodSandbox;
import runtime.v1.PodSandboxAttributes;
import runtime.v1.PodSandboxConfig;
import runtime.v1.PodSandboxMetrics;
import runtime.v1.PodSandboxNetworkStatus;
import runtime.v1.PodSandboxState;
import runtime.v1.PodSandboxStats;
import runtime.v1.PodSandboxStatus;
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
import runtime.v1.RuntimeCondition;
import runtime.v1.RuntimeServiceGrpc;
import runtime.v1.RuntimeStatus;
import runtime.v1.StartContainerRequest;
import runtime.v1.StartContainerResponse;
import runtime.v1.StatusRequest;
import runtime.v1.StatusResponse;
import runtime.v1.StopContainerRequest;
import runtime.v1.StopContainerResponse;
import runtime.v1.StopPodSandboxRequest;
import runtime.v1.StopPodSandboxResponse;
import runtime.v1.UInt64Value;
import runtime.v1.UpdateContainerResourcesRequest;
import runtime.v1.UpdateContainerResourcesResponse;
import runtime.v1.UpdateRuntimeConfigRequest;
import runtime.v1.UpdateRuntimeConfigResponse;
import runtime.v1.VersionRequest;
import runtime.v1.VersionResponse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A runtime of maps: pods and containers change their state as the CRI says, and a started
 * container's log is what a test gave. Every request that changes something is kept.
 */
public final class FakeRuntime extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    public static final long CREATED_AT = 1_700_000_000_123_456_789L;

    private final Map<String, PodSandbox> pods = new ConcurrentSkipListMap<>();
    private final Map<String, PodSandboxConfig> podConfigs = new ConcurrentSkipListMap<>();
    private final Map<String, ContainerStatus> containers = new ConcurrentSkipListMap<>();
    private final Map<String, String> podOfContainer = new ConcurrentSkipListMap<>();
    private final List<Message> requests = new CopyOnWriteArrayList<>();
    private final AtomicLong next = new AtomicLong(0xabc0_0000L);
    private volatile String ip = "10.88.0.7";
    private volatile String log = "";
    private volatile int exitCode;
    private volatile boolean endsAtOnce;
    private volatile ExecSyncResponse execResponse = ExecSyncResponse.getDefaultInstance();

    /** Everything asked that changes something, in order. */
    public List<Message> requests() {
        return List.copyOf(requests);
    }

    public <T extends Message> T only(Class<T> kind) {
        var found = requests.stream().filter(kind::isInstance).map(kind::cast).toList();
        if (found.size() != 1) {
            throw new AssertionError("%d of %s in %s".formatted(found.size(), kind, requests));
        }
        return found.getFirst();
    }

    /** What started containers write: whole lines of a log file. */
    public FakeRuntime logging(String lines) {
        this.log = lines;
        return this;
    }

    /** Started containers have ended by the time anybody looks. */
    public FakeRuntime ending(int code) {
        this.endsAtOnce = true;
        this.exitCode = code;
        return this;
    }

    public FakeRuntime podIp(String address) {
        this.ip = address;
        return this;
    }

    public FakeRuntime answeringExec(String stdout, String stderr, int code) {
        this.execResponse =
                ExecSyncResponse.newBuilder()
                        .setStdout(ByteString.copyFromUtf8(stdout))
                        .setStderr(ByteString.copyFromUtf8(stderr))
                        .setExitCode(code)
                        .build();
        return this;
    }

    public FakeRuntime add(PodSandbox pod) {
        pods.put(pod.getId(), pod);
        return this;
    }

    public FakeRuntime add(String podSandboxId, ContainerStatus container) {
        containers.put(container.getId(), container);
        podOfContainer.put(container.getId(), podSandboxId);
        return this;
    }

    public void end(String containerId, int code) {
        change(
                containerId,
                status ->
                        status.setState(ContainerState.CONTAINER_EXITED)
                                .setExitCode(code)
                                .setFinishedAt(CREATED_AT + 2));
    }

    public boolean isEmpty() {
        return pods.isEmpty() && containers.isEmpty();
    }

    @Override
    public void version(VersionRequest request, StreamObserver<VersionResponse> observer) {
        answer(
                observer,
                VersionResponse.newBuilder()
                        .setVersion("0.1.0")
                        .setRuntimeName("fake")
                        .setRuntimeVersion("1.2.3")
                        .setRuntimeApiVersion("v1")
                        .build());
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
        var response =
                StatusResponse.newBuilder()
                        .setStatus(
                                RuntimeStatus.newBuilder()
                                        .addConditions(
                                                RuntimeCondition.newBuilder()
                                                        .setType("RuntimeReady")
                                                        .setStatus(true)));
        if (request.getVerbose()) {
            response.putInfo("config", "{\"a\":1}").putInfo("note", "\"text\"");
        }
        answer(observer, response.build());
    }

    @Override
    public void listPodSandbox(
            ListPodSandboxRequest request, StreamObserver<ListPodSandboxResponse> observer) {
        var filter = request.getFilter();
        var response = ListPodSandboxResponse.newBuilder();
        pods.values().stream()
                .filter(pod -> !filter.hasState() || pod.getState() == filter.getState().getState())
                .filter(pod -> hasAll(pod.getLabelsMap(), filter.getLabelSelectorMap()))
                .forEach(response::addItems);
        answer(observer, response.build());
    }

    @Override
    public void runPodSandbox(
            RunPodSandboxRequest request, StreamObserver<RunPodSandboxResponse> observer) {
        requests.add(request);
        var id = "%064x".formatted(next.incrementAndGet());
        podConfigs.put(id, request.getConfig());
        add(
                PodSandbox.newBuilder()
                        .setId(id)
                        .setMetadata(request.getConfig().getMetadata())
                        .putAllLabels(request.getConfig().getLabelsMap())
                        .setCreatedAt(CREATED_AT)
                        .build());
        answer(observer, RunPodSandboxResponse.newBuilder().setPodSandboxId(id).build());
    }

    @Override
    public void podSandboxStatus(
            PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> observer) {
        var pod = pods.get(request.getPodSandboxId());
        if (pod == null) {
            notFound(observer, request.getPodSandboxId());
            return;
        }
        answer(
                observer,
                PodSandboxStatusResponse.newBuilder()
                        .setStatus(
                                PodSandboxStatus.newBuilder()
                                        .setId(pod.getId())
                                        .setMetadata(pod.getMetadata())
                                        .setState(pod.getState())
                                        .setCreatedAt(pod.getCreatedAt())
                                        .setNetwork(PodSandboxNetworkStatus.newBuilder().setIp(ip)))
                        .build());
    }

    @Override
    public void stopPodSandbox(
            StopPodSandboxRequest request, StreamObserver<StopPodSandboxResponse> observer) {
        requests.add(request);
        pods.computeIfPresent(
                request.getPodSandboxId(),
                (_, pod) -> pod.toBuilder().setState(PodSandboxState.SANDBOX_NOTREADY).build());
        answer(observer, StopPodSandboxResponse.getDefaultInstance());
    }

    @Override
    public void removePodSandbox(
            RemovePodSandboxRequest request, StreamObserver<RemovePodSandboxResponse> observer) {
        requests.add(request);
        pods.remove(request.getPodSandboxId());
        containers
                .keySet()
                .removeIf(id -> Objects.equals(podOfContainer.get(id), request.getPodSandboxId()));
        answer(observer, RemovePodSandboxResponse.getDefaultInstance());
    }

    @Override
    public void createContainer(
            CreateContainerRequest request, StreamObserver<CreateContainerResponse> observer) {
        requests.add(request);
        if (request.getConfig().getImage().getImage().contains("broken")) {
            observer.onError(
                    Status.INVALID_ARGUMENT
                            .withDescription("mount /x: no such file")
                            .asRuntimeException());
            return;
        }
        var id = "%064x".formatted(next.incrementAndGet());
        var directory = request.getSandboxConfig().getLogDirectory();
        add(
                request.getPodSandboxId(),
                ContainerStatus.newBuilder()
                        .setId(id)
                        .setMetadata(request.getConfig().getMetadata())
                        .setImage(request.getConfig().getImage())
                        .setState(ContainerState.CONTAINER_CREATED)
                        .setCreatedAt(CREATED_AT)
                        .setLogPath(directory + "/" + request.getConfig().getLogPath())
                        .build());
        answer(observer, CreateContainerResponse.newBuilder().setContainerId(id).build());
    }

    @Override
    public void startContainer(
            StartContainerRequest request, StreamObserver<StartContainerResponse> observer) {
        requests.add(request);
        var id = request.getContainerId();
        change(
                id,
                status ->
                        status.setState(ContainerState.CONTAINER_RUNNING)
                                .setStartedAt(CREATED_AT + 1));
        write(Path.of(Objects.requireNonNull(containers.get(id)).getLogPath()));
        if (endsAtOnce) {
            end(id, exitCode);
        }
        answer(observer, StartContainerResponse.getDefaultInstance());
    }

    private void write(Path file) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stopContainer(
            StopContainerRequest request, StreamObserver<StopContainerResponse> observer) {
        requests.add(request);
        end(request.getContainerId(), 137);
        answer(observer, StopContainerResponse.getDefaultInstance());
    }

    @Override
    public void removeContainer(
            RemoveContainerRequest request, StreamObserver<RemoveContainerResponse> observer) {
        requests.add(request);
        containers.remove(request.getContainerId());
        answer(observer, RemoveContainerResponse.getDefaultInstance());
    }

    @Override
    public void listContainers(
            ListContainersRequest request, StreamObserver<ListContainersResponse> observer) {
        var filter = request.getFilter();
        var response = ListContainersResponse.newBuilder();
        for (var status : containers.values()) {
            var pod = Objects.requireNonNull(podOfContainer.get(status.getId()));
            boolean wanted =
                    (!filter.hasState() || status.getState() == filter.getState().getState())
                            && (filter.getPodSandboxId().isEmpty()
                                    || pod.equals(filter.getPodSandboxId()))
                            && hasAll(status.getLabelsMap(), filter.getLabelSelectorMap());
            if (wanted) {
                response.addContainers(listed(status, pod));
            }
        }
        answer(observer, response.build());
    }

    private static Container listed(ContainerStatus status, String podSandboxId) {
        return Container.newBuilder()
                .setId(status.getId())
                .setPodSandboxId(podSandboxId)
                .setMetadata(status.getMetadata())
                .setImage(status.getImage())
                .setState(status.getState())
                .setCreatedAt(status.getCreatedAt())
                .putAllLabels(status.getLabelsMap())
                .build();
    }

    @Override
    public void containerStatus(
            ContainerStatusRequest request, StreamObserver<ContainerStatusResponse> observer) {
        var status = containers.get(request.getContainerId());
        if (status == null) {
            notFound(observer, request.getContainerId());
            return;
        }
        var response = ContainerStatusResponse.newBuilder().setStatus(status);
        if (request.getVerbose()) {
            response.putInfo("info", "{\"pid\":42}");
        }
        answer(observer, response.build());
    }

    @Override
    public void execSync(ExecSyncRequest request, StreamObserver<ExecSyncResponse> observer) {
        requests.add(request);
        answer(observer, execResponse);
    }

    @Override
    public void reopenContainerLog(
            ReopenContainerLogRequest request,
            StreamObserver<ReopenContainerLogResponse> observer) {
        requests.add(request);
        answer(observer, ReopenContainerLogResponse.getDefaultInstance());
    }

    @Override
    public void updateContainerResources(
            UpdateContainerResourcesRequest request,
            StreamObserver<UpdateContainerResourcesResponse> observer) {
        requests.add(request);
        answer(observer, UpdateContainerResourcesResponse.getDefaultInstance());
    }

    @Override
    public void containerStats(
            ContainerStatsRequest request, StreamObserver<ContainerStatsResponse> observer) {
        answer(
                observer,
                ContainerStatsResponse.newBuilder()
                        .setStats(stats(request.getContainerId()))
                        .build());
    }

    @Override
    public void listContainerStats(
            ListContainerStatsRequest request,
            StreamObserver<ListContainerStatsResponse> observer) {
        var response = ListContainerStatsResponse.newBuilder();
        containers.keySet().forEach(id -> response.addStats(stats(id)));
        answer(observer, response.build());
    }

    @Override
    public void listPodSandboxStats(
            ListPodSandboxStatsRequest request,
            StreamObserver<ListPodSandboxStatsResponse> observer) {
        var wanted = request.getFilter().getId();
        var response = ListPodSandboxStatsResponse.newBuilder();
        pods.values().stream()
                .filter(pod -> wanted.isEmpty() || pod.getId().equals(wanted))
                .forEach(pod -> response.addStats(stats(pod)));
        answer(observer, response.build());
    }

    private static PodSandboxStats stats(PodSandbox pod) {
        long now = System.nanoTime();
        var used = UInt64Value.newBuilder().setValue(now / 4); // a quarter of a core
        var memory = UInt64Value.newBuilder().setValue(2_500_000);
        return PodSandboxStats.newBuilder()
                .setAttributes(
                        PodSandboxAttributes.newBuilder()
                                .setId(pod.getId())
                                .setMetadata(pod.getMetadata()))
                .setLinux(
                        LinuxPodSandboxStats.newBuilder()
                                .setCpu(
                                        CpuUsage.newBuilder()
                                                .setTimestamp(now)
                                                .setUsageCoreNanoSeconds(used))
                                .setMemory(MemoryUsage.newBuilder().setWorkingSetBytes(memory)))
                .build();
    }

    @Override
    public void listPodSandboxMetrics(
            ListPodSandboxMetricsRequest request,
            StreamObserver<ListPodSandboxMetricsResponse> observer) {
        var response = ListPodSandboxMetricsResponse.newBuilder();
        pods.keySet()
                .forEach(
                        id ->
                                response.addPodMetrics(
                                        PodSandboxMetrics.newBuilder().setPodSandboxId(id)));
        answer(observer, response.build());
    }

    @Override
    public void listMetricDescriptors(
            ListMetricDescriptorsRequest request,
            StreamObserver<ListMetricDescriptorsResponse> observer) {
        answer(
                observer,
                ListMetricDescriptorsResponse.newBuilder()
                        .addDescriptors(
                                MetricDescriptor.newBuilder()
                                        .setName("container_threads")
                                        .setHelp("How many."))
                        .build());
    }

    /** One event for each container, then the end. */
    @Override
    public void getContainerEvents(
            GetEventsRequest request, StreamObserver<ContainerEventResponse> observer) {
        for (var id : containers.keySet()) {
            observer.onNext(ContainerEventResponse.newBuilder().setContainerId(id).build());
        }
        observer.onCompleted();
    }

    @Override
    public void updateRuntimeConfig(
            UpdateRuntimeConfigRequest request,
            StreamObserver<UpdateRuntimeConfigResponse> observer) {
        requests.add(request);
        answer(observer, UpdateRuntimeConfigResponse.getDefaultInstance());
    }

    @Override
    public void checkpointContainer(
            CheckpointContainerRequest request,
            StreamObserver<CheckpointContainerResponse> observer) {
        requests.add(request);
        observer.onError(
                Status.UNIMPLEMENTED
                        .withDescription("checkpoints are not made here")
                        .asRuntimeException());
    }

    private ContainerStats stats(String id) {
        // Half a core, whenever it is looked at.
        long now = System.nanoTime();
        var name = Objects.requireNonNull(containers.get(id)).getMetadata();
        return ContainerStats.newBuilder()
                .setAttributes(ContainerAttributes.newBuilder().setId(id).setMetadata(name))
                .setCpu(
                        CpuUsage.newBuilder()
                                .setTimestamp(now)
                                .setUsageCoreNanoSeconds(
                                        UInt64Value.newBuilder().setValue(now / 2)))
                .setMemory(
                        MemoryUsage.newBuilder()
                                .setWorkingSetBytes(UInt64Value.newBuilder().setValue(1_234_000)))
                .build();
    }

    private void change(String id, Consumer<ContainerStatus.Builder> change) {
        containers.computeIfPresent(
                id,
                (_, status) -> {
                    var builder = status.toBuilder();
                    change.accept(builder);
                    return builder.build();
                });
    }

    private static boolean hasAll(Map<String, String> labels, Map<String, String> wanted) {
        return labels.entrySet().containsAll(wanted.entrySet());
    }

    private static void notFound(StreamObserver<?> observer, String id) {
        observer.onError(
                Status.NOT_FOUND.withDescription("nothing has id " + id).asRuntimeException());
    }

    private static <T> void answer(StreamObserver<T> observer, T response) {
        observer.onNext(response);
        observer.onCompleted();
    }
}
