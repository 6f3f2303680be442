// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ristretto.runtime.app.FakeImages;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import runtime.v1.ContainerConfig;
import runtime.v1.ContainerMetadata;
import runtime.v1.ContainerState;
import runtime.v1.ContainerStatus;
import runtime.v1.ContainerStatusRequest;
import runtime.v1.CreateContainerRequest;
import runtime.v1.ExecSyncRequest;
import runtime.v1.ExecSyncResponse;
import runtime.v1.ImageSpec;
import runtime.v1.LinuxContainerConfig;
import runtime.v1.LinuxContainerSecurityContext;
import runtime.v1.NamespaceOption;
import runtime.v1.PodSandboxConfig;
import runtime.v1.PodSandboxMetadata;
import runtime.v1.PodSandboxState;
import runtime.v1.PodSandboxStatusRequest;
import runtime.v1.RemoveContainerRequest;
import runtime.v1.RemovePodSandboxRequest;
import runtime.v1.RunPodSandboxRequest;
import runtime.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import runtime.v1.SecurityProfile;
import runtime.v1.Signal;
import runtime.v1.StartContainerRequest;
import runtime.v1.StopContainerRequest;
import runtime.v1.StopPodSandboxRequest;

/** Requests as a client makes them, by the ids that it was given. */
final class CriCalls {
    /** An id that no pod and no container has. */
    static final String NOBODY = "00".repeat(32);

    private final RuntimeServiceBlockingStub stub;

    CriCalls(RuntimeServiceBlockingStub stub) {
        this.stub = stub;
    }

    String runPod() {
        var config =
                PodSandboxConfig.newBuilder()
                        .setMetadata(
                                PodSandboxMetadata.newBuilder()
                                        .setName("p")
                                        .setNamespace("default")
                                        .setUid("u"));
        return stub.runPodSandbox(RunPodSandboxRequest.newBuilder().setConfig(config).build())
                .getPodSandboxId();
    }

    String createContainer(String pod) {
        var security =
                LinuxContainerSecurityContext.newBuilder()
                        .setNamespaceOptions(NamespaceOption.newBuilder().setPidValue(1))
                        .setSeccomp(
                                SecurityProfile.newBuilder()
                                        .setProfileType(SecurityProfile.ProfileType.Unconfined));
        var config =
                ContainerConfig.newBuilder()
                        .setMetadata(ContainerMetadata.newBuilder().setName("web"))
                        .setImage(
                                ImageSpec.newBuilder()
                                        .setImage(FakeImages.WEB.repoTags().getFirst()))
                        .setStopSignal(Signal.SIGNAL_SIGTERM)
                        .setLinux(LinuxContainerConfig.newBuilder().setSecurityContext(security));
        return stub.createContainer(
                        CreateContainerRequest.newBuilder()
                                .setPodSandboxId(pod)
                                .setConfig(config)
                                .build())
                .getContainerId();
    }

    Object startContainer(String id) {
        return stub.startContainer(StartContainerRequest.newBuilder().setContainerId(id).build());
    }

    void stopContainer(String id, long timeout) {
        var _ =
                stub.stopContainer(
                        StopContainerRequest.newBuilder()
                                .setContainerId(id)
                                .setTimeout(timeout)
                                .build());
    }

    void removeContainer(String id) {
        var _ =
                stub.removeContainer(
                        RemoveContainerRequest.newBuilder().setContainerId(id).build());
    }

    void stopPod(String id) {
        var _ = stub.stopPodSandbox(StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    void removePod(String id) {
        var _ =
                stub.removePodSandbox(
                        RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    PodSandboxState podState(String id) {
        return stub.podSandboxStatus(
                        PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).build())
                .getStatus()
                .getState();
    }

    ContainerState state(String id) {
        return status(id).getState();
    }

    ContainerStatus status(String id) {
        return stub.containerStatus(ContainerStatusRequest.newBuilder().setContainerId(id).build())
                .getStatus();
    }

    ExecSyncResponse exec(String id, long timeout) {
        return stub.execSync(
                ExecSyncRequest.newBuilder()
                        .setContainerId(id)
                        .addCmd("true")
                        .setTimeout(timeout)
                        .build());
    }

    /** What {@link #fails} has a server asked for. */
    @FunctionalInterface
    interface Call {
        Object make();
    }

    /**
     * Asserts that a call is answered with this code and description, in which {@code %s} stands
     * for {@link #NOBODY}.
     */
    static void fails(Status.Code code, String message, Call call) {
        var status =
                catchThrowableOfType(StatusRuntimeException.class, () -> call.make()).getStatus();
        assertThat(status.getCode()).isEqualTo(code);
        assertThat(status.getDescription()).isEqualTo(message.replace("%s", NOBODY));
    }
}
