// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.cli.session.Connection;

import runtime.v1.ContainerStatusRequest;
import runtime.v1.CreateContainerRequest;
import runtime.v1.ExecSyncRequest;
import runtime.v1.ListContainerStatsRequest;
import runtime.v1.ListContainersRequest;
import runtime.v1.ListPodSandboxRequest;
import runtime.v1.PodSandboxConfig;
import runtime.v1.RemoveContainerRequest;
import runtime.v1.RemovePodSandboxRequest;
import runtime.v1.RunPodSandboxRequest;
import runtime.v1.StartContainerRequest;
import runtime.v1.StopContainerRequest;
import runtime.v1.StopPodSandboxRequest;

import java.util.function.Supplier;

/** The whole life of a pod and its container, each call timed. */
final class Cycle {
    private final Connection connection;
    private final PodConfigs configs;
    private final Interruption interruption;

    Cycle(Target target, PodConfigs configs, Interruption interruption) {
        this.connection = target.connection();
        this.configs = configs;
        this.interruption = interruption;
    }

    /** A pod with a container on the host's network. */
    void whole(Samples samples) {
        var pod = configs.pod(PodNetwork.HOST);
        var podId = runPod(samples, PodNetwork.HOST, pod);
        var containerId = createAndStart(samples, podId, pod);
        exec(samples, containerId);
        look(samples, containerId);
        stopAndRemove(samples, containerId);
        endPod(samples, PodNetwork.HOST, podId);
    }

    /** A pod alone. */
    void podOnly(Samples samples, PodNetwork network) {
        endPod(samples, network, runPod(samples, network, configs.pod(network)));
    }

    private String runPod(Samples samples, PodNetwork network, PodSandboxConfig pod) {
        var request = RunPodSandboxRequest.newBuilder().setConfig(pod).build();
        return time(samples, network.run(), () -> connection.acting().runPodSandbox(request))
                .getPodSandboxId();
    }

    private String createAndStart(Samples samples, String podId, PodSandboxConfig pod) {
        var create =
                CreateContainerRequest.newBuilder()
                        .setPodSandboxId(podId)
                        .setConfig(configs.container(pod, PodNetwork.HOST))
                        .setSandboxConfig(pod)
                        .build();
        var id =
                time(
                                samples,
                                Operation.CREATE_CONTAINER,
                                () -> connection.acting().createContainer(create))
                        .getContainerId();
        var start = StartContainerRequest.newBuilder().setContainerId(id).build();
        time(samples, Operation.START_CONTAINER, () -> connection.acting().startContainer(start));
        return id;
    }

    private void exec(Samples samples, String containerId) {
        var request =
                ExecSyncRequest.newBuilder()
                        .setContainerId(containerId)
                        .addCmd("true")
                        .setTimeout(30)
                        .build();
        var answer =
                time(samples, Operation.EXEC_SYNC, () -> connection.acting().execSync(request));
        if (answer.getExitCode() != 0) {
            throw new IllegalStateException(
                    "exec of 'true' ended with %d: %s"
                            .formatted(answer.getExitCode(), answer.getStderr().toStringUtf8()));
        }
    }

    private void look(Samples samples, String containerId) {
        var status = ContainerStatusRequest.newBuilder().setContainerId(containerId).build();
        time(
                samples,
                Operation.CONTAINER_STATUS,
                () -> connection.runtime().containerStatus(status));
        time(
                samples,
                Operation.LIST_POD_SANDBOX,
                () ->
                        connection
                                .runtime()
                                .listPodSandbox(ListPodSandboxRequest.getDefaultInstance()));
        time(
                samples,
                Operation.LIST_CONTAINERS,
                () ->
                        connection
                                .runtime()
                                .listContainers(ListContainersRequest.getDefaultInstance()));
        time(
                samples,
                Operation.LIST_CONTAINER_STATS,
                () ->
                        connection
                                .runtime()
                                .listContainerStats(
                                        ListContainerStatsRequest.getDefaultInstance()));
    }

    private void stopAndRemove(Samples samples, String containerId) {
        var stop = StopContainerRequest.newBuilder().setContainerId(containerId).build();
        time(samples, Operation.STOP_CONTAINER, () -> connection.acting().stopContainer(stop));
        var remove = RemoveContainerRequest.newBuilder().setContainerId(containerId).build();
        time(
                samples,
                Operation.REMOVE_CONTAINER,
                () -> connection.acting().removeContainer(remove));
    }

    private void endPod(Samples samples, PodNetwork network, String podId) {
        var stop = StopPodSandboxRequest.newBuilder().setPodSandboxId(podId).build();
        time(samples, network.stop(), () -> connection.acting().stopPodSandbox(stop));
        var remove = RemovePodSandboxRequest.newBuilder().setPodSandboxId(podId).build();
        time(samples, network.remove(), () -> connection.acting().removePodSandbox(remove));
    }

    private <T> T time(Samples samples, Operation operation, Supplier<T> call) {
        interruption.check();
        long begin = System.nanoTime();
        T answer = call.get();
        samples.add(operation, System.nanoTime() - begin);
        return answer;
    }
}
