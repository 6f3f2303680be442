// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static dev.ristretto.runtime.grpc.CriCalls.NOBODY;
import static dev.ristretto.runtime.grpc.CriCalls.fails;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.app.ShortTempDir;

import io.grpc.Status;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.ContainerFilter;
import runtime.v1.ContainerState;
import runtime.v1.ContainerStatsRequest;
import runtime.v1.ContainerStatus;
import runtime.v1.ContainerStatusRequest;
import runtime.v1.LinuxContainerResources;
import runtime.v1.ListContainerStatsRequest;
import runtime.v1.ListContainersRequest;
import runtime.v1.ListPodSandboxRequest;
import runtime.v1.PodSandboxState;
import runtime.v1.PodSandboxStatusRequest;
import runtime.v1.RemovePodSandboxRequest;
import runtime.v1.ReopenContainerLogRequest;
import runtime.v1.StopContainerRequest;
import runtime.v1.UpdateContainerResourcesRequest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A pod's life over a real socket, with the codes that the kubelet acts on. */
@Timeout(60)
class PodLifeComponentTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private ServedNode served;
    private CriCalls calls;

    @BeforeEach
    void start() throws IOException {
        served = new ServedNode(directory);
        calls = new CriCalls(served.stub());
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    @Test
    void wholeLife_leavesNothing() throws IOException {
        var pod = calls.runPod();
        var container = calls.createContainer(pod);
        assertThat(calls.state(container)).isEqualTo(ContainerState.CONTAINER_CREATED);
        calls.startContainer(container);
        assertThat(calls.state(container)).isEqualTo(ContainerState.CONTAINER_RUNNING);
        calls.stopContainer(container, 20);
        assertThat(calls.state(container)).isEqualTo(ContainerState.CONTAINER_EXITED);
        calls.removeContainer(container);
        calls.stopPod(pod);
        assertThat(calls.podState(pod)).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
        calls.removePod(pod);

        assertThat(served.node.things()).isEmpty();
    }

    @Test
    void unknownObjects_areNoFailureOfStopAndRemove() {
        calls.stopPod(NOBODY);
        calls.removePod(NOBODY);
        calls.stopContainer(NOBODY, 0);
        calls.removeContainer(NOBODY);
    }

    @Test
    void unknownObjects_areNotFoundElsewhere() {
        fails(Status.Code.NOT_FOUND, "pod sandbox %s not found", () -> calls.podState(NOBODY));
        fails(
                Status.Code.NOT_FOUND,
                "pod sandbox %s not found",
                () -> calls.createContainer(NOBODY));
        fails(Status.Code.NOT_FOUND, "container %s not found", () -> calls.state(NOBODY));
        fails(Status.Code.NOT_FOUND, "container %s not found", () -> calls.startContainer(NOBODY));
        fails(Status.Code.NOT_FOUND, "container %s not found", () -> calls.exec(NOBODY, 0));
        fails(
                Status.Code.NOT_FOUND,
                "container %s not found",
                () ->
                        served.stub()
                                .reopenContainerLog(
                                        ReopenContainerLogRequest.newBuilder()
                                                .setContainerId(NOBODY)
                                                .build()));
    }

    @Test
    void emptyIds_areInvalidEverywhere() {
        fails(Status.Code.INVALID_ARGUMENT, "pod_sandbox_id is empty", () -> calls.podState(""));
        fails(
                Status.Code.INVALID_ARGUMENT,
                "pod_sandbox_id is empty",
                () -> served.stub().removePodSandbox(RemovePodSandboxRequest.getDefaultInstance()));
        fails(
                Status.Code.INVALID_ARGUMENT,
                "container_id is empty",
                () -> served.stub().stopContainer(StopContainerRequest.getDefaultInstance()));
    }

    @Test
    void beginningOfAnId_isEnough() {
        var pod = calls.runPod();
        var container = calls.createContainer(pod);

        assertThat(calls.podState(pod.substring(0, 12))).isEqualTo(PodSandboxState.SANDBOX_READY);
        assertThat(calls.state(container.substring(0, 12)))
                .isEqualTo(ContainerState.CONTAINER_CREATED);
    }

    @Test
    void podStatus_tellsItsContainersAndMore() {
        var pod = calls.runPod();
        var container = calls.createContainer(pod);

        var answer =
                served.stub()
                        .podSandboxStatus(
                                PodSandboxStatusRequest.newBuilder()
                                        .setPodSandboxId(pod)
                                        .setVerbose(true)
                                        .build());

        assertThat(answer.getContainersStatusesList())
                .extracting(ContainerStatus::getId)
                .containsExactly(container);
        assertThat(answer.getTimestamp()).isEqualTo(Times.nanos(served.node.clock.instant()));
        assertThat(answer.getInfoMap().get("info"))
                .contains("\"pid\":", "\"interface\":\"eth0\"", "/ristretto/" + pod);
    }

    @Test
    void verboseContainerStatus_tellsPidAndCommandButNoEnvironment() {
        var container = calls.createContainer(calls.runPod());
        calls.startContainer(container);

        var info =
                served.stub()
                        .containerStatus(
                                ContainerStatusRequest.newBuilder()
                                        .setContainerId(container)
                                        .setVerbose(true)
                                        .build())
                        .getInfoMap()
                        .get("info");

        assertThat(info).contains("\"pid\":", "/bin/web").doesNotContain("LANG");
    }

    @Test
    void lists_areFiltered() {
        var pod = calls.runPod();
        var running = calls.createContainer(pod);
        calls.startContainer(running);

        assertThat(
                        served.stub()
                                .listContainers(
                                        ListContainersRequest.newBuilder()
                                                .setFilter(
                                                        ContainerFilter.newBuilder()
                                                                .setPodSandboxId(NOBODY))
                                                .build())
                                .getContainersList())
                .isEmpty();
        assertThat(
                        served.stub()
                                .listContainers(ListContainersRequest.getDefaultInstance())
                                .getContainersList())
                .hasSize(1);
        assertThat(
                        served.stub()
                                .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                                .getItemsList())
                .hasSize(1);
    }

    @Test
    void stats_areThereForEveryContainer() {
        var created = calls.createContainer(calls.runPod());

        assertThat(
                        served.stub()
                                .containerStats(
                                        ContainerStatsRequest.newBuilder()
                                                .setContainerId(created)
                                                .build())
                                .getStats()
                                .getAttributes()
                                .getId())
                .isEqualTo(created);
        assertThat(
                        served.stub()
                                .listContainerStats(ListContainerStatsRequest.getDefaultInstance())
                                .getStatsList())
                .hasSize(1);
    }

    @Test
    void updatedLimits_areWhatTheStatusTells() {
        var container = calls.createContainer(calls.runPod());

        var _ =
                served.stub()
                        .updateContainerResources(
                                UpdateContainerResourcesRequest.newBuilder()
                                        .setContainerId(container)
                                        .setLinux(
                                                LinuxContainerResources.newBuilder()
                                                        .setMemoryLimitInBytes(1 << 20))
                                        .build());

        assertThat(calls.status(container).getResources().getLinux().getMemoryLimitInBytes())
                .isEqualTo(1 << 20);
    }

    @Test
    void negativeGrace_killsAtOnce() {
        var container = calls.createContainer(calls.runPod());
        calls.startContainer(container);

        calls.stopContainer(container, -1);

        assertThat(calls.status(container).getExitCode()).isEqualTo(137);
    }

    @Test
    void callsOfManyAtOnce_areAllAnswered() throws InterruptedException {
        var done = new CountDownLatch(20);
        for (int i = 0; i < 20; i++) {
            Thread.startVirtualThread(
                    () -> {
                        calls.runPod();
                        done.countDown();
                    });
        }

        assertThat(done.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(served.node.zygote.podCount()).isEqualTo(1);
    }
}
