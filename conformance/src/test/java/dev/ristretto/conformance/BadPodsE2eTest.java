// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.stand.Refusal;
import dev.ristretto.conformance.stand.Requests;
import dev.ristretto.conformance.stand.Stand;

import io.grpc.Status;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import runtime.v1.LinuxPodSandboxConfig;
import runtime.v1.PodSandboxConfig;
import runtime.v1.PodSandboxMetadata;
import runtime.v1.PodSandboxStatusRequest;
import runtime.v1.PortMapping;
import runtime.v1.RemovePodSandboxRequest;
import runtime.v1.RunPodSandboxRequest;
import runtime.v1.StopPodSandboxRequest;

import java.io.IOException;
import java.util.List;

/** Requests about pods that cannot be done. */
@Tag("root")
class BadPodsE2eTest {
    private static final String NO_SUCH_ID = "0123456789abcdef".repeat(4);

    private static Stand stand;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("bad-pods");
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @Test
    void runPodSandbox_withoutConfig_namesTheField() throws IOException {
        refused(INVALID_ARGUMENT, List.of("config"), RunPodSandboxRequest.getDefaultInstance());
    }

    @Test
    void runPodSandbox_withoutMetadata_namesTheField() throws IOException {
        refused(
                INVALID_ARGUMENT,
                List.of("metadata"),
                Requests.run(PodSandboxConfig.newBuilder().setHostname("x")));
    }

    @Test
    void runPodSandbox_withoutAName_namesTheField() throws IOException {
        var pod = pod("x").setMetadata(PodSandboxMetadata.newBuilder().setNamespace("e2e"));

        refused(INVALID_ARGUMENT, List.of("metadata.name"), Requests.run(pod));
    }

    @Test
    void runPodSandbox_withAnUnknownHandler_namesIt() throws IOException {
        var request =
                RunPodSandboxRequest.newBuilder()
                        .setConfig(pod("handled"))
                        .setRuntimeHandler("kryptonite")
                        .build();

        Refusal.expect(
                stand,
                INVALID_ARGUMENT,
                List.of("kryptonite"),
                client -> client.runtime().runPodSandbox(request).getPodSandboxId());
    }

    @Test
    void runPodSandbox_withAHostPortOutOfRange_namesIt() throws IOException {
        refused(INVALID_ARGUMENT, List.of("70000"), Requests.run(port(pod("far"), 70_000)));
    }

    @Test
    void runPodSandbox_withAHostPortThatIsTaken_namesPortAndOwner() throws IOException {
        try (var client = stand.connect()) {
            var owner = port(pod("owner"), 8088);
            var id = client.runtime().runPodSandbox(Requests.run(owner)).getPodSandboxId();

            refused(
                    ALREADY_EXISTS,
                    List.of("8088", "owner"),
                    Requests.run(port(pod("late"), 8088)));

            assertThat(client.runtime().removePodSandbox(remove(id)).isInitialized()).isTrue();
        }
    }

    @Test
    void runPodSandbox_withACgroupParentThatClimbs_namesIt() throws IOException {
        var pod =
                pod("climbs")
                        .setLinux(LinuxPodSandboxConfig.newBuilder().setCgroupParent("/../../up"));

        refused(INVALID_ARGUMENT, List.of("cgroup", "/../../up"), Requests.run(pod));
    }

    @Test
    void runPodSandbox_withASysctlOfTheHost_namesIt() throws IOException {
        var pod =
                pod("sysctl")
                        .setLinux(
                                LinuxPodSandboxConfig.newBuilder()
                                        .putSysctls("vm.overcommit_memory", "1"));

        refused(INVALID_ARGUMENT, List.of("vm.overcommit_memory"), Requests.run(pod));
    }

    @Test
    void podSandboxStatus_ofAnUnknownPod_namesItsId() throws IOException {
        var request = PodSandboxStatusRequest.newBuilder().setPodSandboxId(NO_SUCH_ID).build();

        Refusal.expect(
                stand,
                NOT_FOUND,
                List.of(NO_SUCH_ID),
                client -> client.runtime().podSandboxStatus(request).getTimestamp());
    }

    @Test
    void stopAndRemove_ofAnUnknownPod_areNoErrors() throws IOException {
        try (var client = stand.connect()) {
            var stop = StopPodSandboxRequest.newBuilder().setPodSandboxId(NO_SUCH_ID).build();

            assertThat(client.runtime().stopPodSandbox(stop).isInitialized()).isTrue();
            assertThat(client.runtime().removePodSandbox(remove(NO_SUCH_ID)).isInitialized())
                    .isTrue();
        }
    }

    private static void refused(Status.Code code, List<String> words, RunPodSandboxRequest request)
            throws IOException {
        Refusal.expect(
                stand,
                code,
                words,
                client -> client.runtime().runPodSandbox(request).getPodSandboxId());
    }

    private static PodSandboxConfig.Builder pod(String name) {
        return Requests.pod(name, stand.paths().podLogs());
    }

    private static PodSandboxConfig.Builder port(PodSandboxConfig.Builder pod, int hostPort) {
        return pod.addPortMappings(
                PortMapping.newBuilder().setContainerPort(80).setHostPort(hostPort));
    }

    private static RemovePodSandboxRequest remove(String id) {
        return RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build();
    }
}
