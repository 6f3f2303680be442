// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.run;

import dev.ristretto.cli.log.LogDirectory;
import dev.ristretto.cli.session.Connection;

import io.grpc.StatusRuntimeException;

import runtime.v1.ContainerStatus;
import runtime.v1.ContainerStatusRequest;
import runtime.v1.CreateContainerRequest;
import runtime.v1.PodSandboxStatus;
import runtime.v1.PodSandboxStatusRequest;
import runtime.v1.RemovePodSandboxRequest;
import runtime.v1.RunPodSandboxRequest;
import runtime.v1.StartContainerRequest;
import runtime.v1.StopContainerRequest;
import runtime.v1.StopPodSandboxRequest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A pod with one container, made by this process. Steps may be called from two threads. */
public final class OnePod {
    private final Connection connection;
    private final RunPlan plan;
    private volatile String podSandboxId = "";
    private volatile String containerId = "";

    public OnePod(Connection connection, RunPlan plan) {
        this.connection = connection;
        this.plan = plan;
    }

    public String podSandboxId() {
        return podSandboxId;
    }

    public String containerId() {
        return containerId;
    }

    public void runPodSandbox() throws IOException {
        LogDirectory.make(plan.pod());
        var request = RunPodSandboxRequest.newBuilder().setConfig(plan.pod()).build();
        podSandboxId = connection.acting().runPodSandbox(request).getPodSandboxId();
    }

    public void createContainer() {
        var request =
                CreateContainerRequest.newBuilder()
                        .setPodSandboxId(podSandboxId)
                        .setConfig(plan.container())
                        .setSandboxConfig(plan.pod())
                        .build();
        containerId = connection.acting().createContainer(request).getContainerId();
    }

    public void startContainer() {
        connection
                .acting()
                .startContainer(
                        StartContainerRequest.newBuilder().setContainerId(containerId).build());
    }

    public ContainerStatus containerStatus() {
        var request = ContainerStatusRequest.newBuilder().setContainerId(containerId).build();
        return connection.runtime().containerStatus(request).getStatus();
    }

    public PodSandboxStatus podSandboxStatus() {
        var request = PodSandboxStatusRequest.newBuilder().setPodSandboxId(podSandboxId).build();
        return connection.runtime().podSandboxStatus(request).getStatus();
    }

    public void stopContainer(Duration grace) {
        if (!containerId.isEmpty()) {
            connection
                    .runtime(connection.patience().acting().plus(grace))
                    .stopContainer(
                            StopContainerRequest.newBuilder()
                                    .setContainerId(containerId)
                                    .setTimeout(grace.toSeconds())
                                    .build());
        }
    }

    public void stopPodSandbox() {
        if (!podSandboxId.isEmpty()) {
            connection
                    .acting()
                    .stopPodSandbox(
                            StopPodSandboxRequest.newBuilder()
                                    .setPodSandboxId(podSandboxId)
                                    .build());
        }
    }

    /** Takes everything away: container, pod, log. */
    public void remove() throws IOException {
        if (!podSandboxId.isEmpty()) {
            stopPodSandbox();
            connection
                    .acting()
                    .removePodSandbox(
                            RemovePodSandboxRequest.newBuilder()
                                    .setPodSandboxId(podSandboxId)
                                    .build());
        }
        LogDirectory.delete(Path.of(plan.pod().getLogDirectory(), plan.container().getLogPath()));
    }

    /** Removes what was made before {@code cause}; that it could not be is added to it. */
    public void removeAfter(Exception cause) {
        try {
            remove();
        } catch (StatusRuntimeException | IOException e) {
            cause.addSuppressed(e);
        }
    }
}
