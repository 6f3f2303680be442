// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Refusal;
import dev.ristretto.conformance.stand.Requests;
import dev.ristretto.conformance.stand.Stand;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import runtime.v1.ContainerConfig;
import runtime.v1.ContainerState;
import runtime.v1.ContainerStatus;
import runtime.v1.ContainerStatusRequest;
import runtime.v1.ExecSyncRequest;
import runtime.v1.LinuxContainerConfig;
import runtime.v1.LinuxContainerResources;
import runtime.v1.LinuxContainerSecurityContext;
import runtime.v1.Mount;
import runtime.v1.PodSandboxConfig;
import runtime.v1.StartContainerRequest;
import runtime.v1.UpdateContainerResourcesRequest;

import java.io.IOException;
import java.util.List;

/** Requests about containers that cannot be done, in a pod that stays as it is. */
@Tag("root")
class BadContainersE2eTest {
    private static final String NO_SUCH_ID = "0123456789abcdef".repeat(4);

    private static Stand stand;
    private static String busybox;
    private static PodSandboxConfig.Builder pod;
    private static String podId;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("bad-containers");
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        busybox = stand.registry().push(archive, "e2e/busybox:1");
        stand.crictl().call("pull", busybox);
        pod = Requests.pod("steady", stand.paths().podLogs());
        try (var client = stand.connect()) {
            podId = client.runtime().runPodSandbox(Requests.run(pod)).getPodSandboxId();
        }
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @Test
    void createContainer_inAnUnknownPod_namesTheId() throws IOException {
        Refusal.expect(
                stand,
                NOT_FOUND,
                List.of(NO_SUCH_ID),
                client ->
                        client.runtime()
                                .createContainer(Requests.create(NO_SUCH_ID, container(), pod))
                                .getContainerId());
    }

    @Test
    void createContainer_withoutMetadata_namesTheField() throws IOException {
        refused(INVALID_ARGUMENT, List.of("metadata"), container().clearMetadata());
    }

    @Test
    void createContainer_withoutAnImage_namesTheField() throws IOException {
        refused(INVALID_ARGUMENT, List.of("image"), container().clearImage());
    }

    @Test
    void createContainer_ofAnImageThatIsNotThere_saysToPullIt() throws IOException {
        refused(
                NOT_FOUND,
                List.of("never/pulled:1", "pull"),
                Requests.container("main", "example.com/never/pulled:1", "true"));
    }

    @Test
    void createContainer_withAMountThatHasNoTarget_namesTheField() throws IOException {
        refused(
                INVALID_ARGUMENT,
                List.of("container_path"),
                container().addMounts(Mount.newBuilder().setHostPath("/tmp")));
    }

    @Test
    void createContainer_withARelativeHostPath_namesThePath() throws IOException {
        refused(
                INVALID_ARGUMENT,
                List.of("host_path", "not/absolute"),
                container()
                        .addMounts(
                                Mount.newBuilder()
                                        .setHostPath("not/absolute")
                                        .setContainerPath("/there")));
    }

    @Test
    void createContainer_withAUserThatTheImageHasNot_namesTheUser() throws IOException {
        refused(
                INVALID_ARGUMENT,
                List.of("stranger"),
                secured(LinuxContainerSecurityContext.newBuilder().setRunAsUsername("stranger")));
    }

    @Test
    void createContainer_withANegativeMemoryLimit_namesTheField() throws IOException {
        refused(
                INVALID_ARGUMENT,
                List.of("memory_limit_in_bytes", "-5"),
                limited(LinuxContainerResources.newBuilder().setMemoryLimitInBytes(-5)));
    }

    @Test
    void createContainer_withANegativeCpuPeriod_namesTheField() throws IOException {
        refused(
                INVALID_ARGUMENT,
                List.of("cpu_period", "-1"),
                limited(LinuxContainerResources.newBuilder().setCpuPeriod(-1)));
    }

    @Test
    void startContainer_whoseCommandIsNotFound_saysSo_andTheContainerTellsWhy() throws IOException {
        var container = Requests.container("lost", busybox, "no-such-program", "--help");
        try (var client = stand.connect()) {
            var id =
                    client.runtime()
                            .createContainer(Requests.create(podId, container, pod))
                            .getContainerId();

            var failure = failureOfStart(id);

            assertThat(failure.getDescription()).contains("no-such-program");
            assertThat(failure.getDescription()).containsAnyOf("not found", "ENOENT");
            var status = status(id);
            assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
            assertThat(status.getReason()).isEqualTo("StartError");
            assertThat(status.getExitCode()).isEqualTo(128);
            assertThat(status.getMessage()).contains("no-such-program");
            stand.crictl().call("rm", id);
        }
    }

    @Test
    void startContainer_twice_saysThatItRunsAlready() throws IOException {
        var container = Requests.container("twice", busybox, "sleep", "600");
        try (var client = stand.connect()) {
            var id =
                    client.runtime()
                            .createContainer(Requests.create(podId, container, pod))
                            .getContainerId();
            stand.crictl().call("start", id);

            Refusal.expect(
                    stand,
                    FAILED_PRECONDITION,
                    List.of("already running"),
                    again -> again.runtime().startContainer(startOf(id)).isInitialized());

            stand.crictl().call("rm", "-f", id);
        }
    }

    @Test
    void startContainer_ofAnUnknownContainer_namesTheId() throws IOException {
        Refusal.expect(
                stand,
                NOT_FOUND,
                List.of(NO_SUCH_ID),
                client -> client.runtime().startContainer(startOf(NO_SUCH_ID)).isInitialized());
    }

    @Test
    void execSync_withoutACommand_namesTheField() throws IOException {
        var container = Requests.container("idle", busybox, "sleep", "600");
        try (var client = stand.connect()) {
            var id =
                    client.runtime()
                            .createContainer(Requests.create(podId, container, pod))
                            .getContainerId();
            stand.crictl().call("start", id);

            Refusal.expect(
                    stand,
                    INVALID_ARGUMENT,
                    List.of("cmd"),
                    again -> again.runtime().execSync(exec(id)).getExitCode());

            stand.crictl().call("rm", "-f", id);
        }
    }

    @Test
    void execSync_inAContainerThatDoesNotRun_saysItsState() throws IOException {
        var container = Requests.container("asleep", busybox, "sleep", "600");
        try (var client = stand.connect()) {
            var id =
                    client.runtime()
                            .createContainer(Requests.create(podId, container, pod))
                            .getContainerId();

            Refusal.expect(
                    stand,
                    FAILED_PRECONDITION,
                    List.of("asleep", "does not run"),
                    again -> again.runtime().execSync(exec(id, "true")).getExitCode());

            stand.crictl().call("rm", id);
        }
    }

    @Test
    void updateContainerResources_ofAnUnknownContainer_namesTheId() throws IOException {
        var request = UpdateContainerResourcesRequest.newBuilder().setContainerId(NO_SUCH_ID);

        Refusal.expect(
                stand,
                NOT_FOUND,
                List.of(NO_SUCH_ID),
                client ->
                        client.runtime().updateContainerResources(request.build()).isInitialized());
    }

    private static void refused(
            Status.Code code, List<String> words, ContainerConfig.Builder container)
            throws IOException {
        Refusal.expect(
                stand,
                code,
                words,
                client ->
                        client.runtime()
                                .createContainer(Requests.create(podId, container, pod))
                                .getContainerId());
    }

    private static ContainerConfig.Builder container() {
        return Requests.container("main", busybox, "sleep", "600");
    }

    private static ContainerConfig.Builder secured(LinuxContainerSecurityContext.Builder context) {
        return container().setLinux(LinuxContainerConfig.newBuilder().setSecurityContext(context));
    }

    private static ContainerConfig.Builder limited(LinuxContainerResources.Builder resources) {
        return container().setLinux(LinuxContainerConfig.newBuilder().setResources(resources));
    }

    private static StartContainerRequest startOf(String id) {
        return StartContainerRequest.newBuilder().setContainerId(id).build();
    }

    private static ExecSyncRequest exec(String id, String... command) {
        return ExecSyncRequest.newBuilder()
                .setContainerId(id)
                .addAllCmd(List.of(command))
                .setTimeout(10)
                .build();
    }

    private static Status failureOfStart(String id) {
        try (var client = stand.connect()) {
            throw new AssertionError(
                    "started: " + client.runtime().startContainer(startOf(id)).isInitialized());
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    private static ContainerStatus status(String id) {
        try (var client = stand.connect()) {
            return client.runtime()
                    .containerStatus(ContainerStatusRequest.newBuilder().setContainerId(id).build())
                    .getStatus();
        }
    }
}
