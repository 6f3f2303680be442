// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.network.NetworkReadiness;
import dev.ristretto.runtime.network.Subnet;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import runtime.v1.CgroupDriver;
import runtime.v1.RuntimeCondition;
import runtime.v1.RuntimeConfigRequest;
import runtime.v1.RuntimeServiceGrpc;
import runtime.v1.StatusRequest;
import runtime.v1.UpdatePodSandboxResourcesRequest;
import runtime.v1.UpdateRuntimeConfigRequest;
import runtime.v1.VersionRequest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What the kubelet asks before it runs anything, and what is not built. */
@Timeout(60)
class RuntimeGrpcServiceComponentTest {
    private static final Set<String> BUILT =
            Set.of(
                    "Version",
                    "Status",
                    "RuntimeConfig",
                    "UpdateRuntimeConfig",
                    "RunPodSandbox",
                    "StopPodSandbox",
                    "RemovePodSandbox",
                    "PodSandboxStatus",
                    "ListPodSandbox",
                    "CreateContainer",
                    "StartContainer",
                    "StopContainer",
                    "RemoveContainer",
                    "ContainerStatus",
                    "ListContainers",
                    "ExecSync",
                    "Exec",
                    "Attach",
                    "PortForward",
                    "ReopenContainerLog",
                    "UpdateContainerResources",
                    "ContainerStats",
                    "ListContainerStats",
                    "GetContainerEvents",
                    "StreamPodSandboxes",
                    "StreamContainers",
                    "UpdatePodSandboxResources",
                    "StreamContainerStats",
                    "PodSandboxStats",
                    "ListPodSandboxStats",
                    "StreamPodSandboxStats",
                    "ListMetricDescriptors",
                    "ListPodSandboxMetrics",
                    "StreamPodSandboxMetrics");

    /** Those that say why they cannot be done. */
    private static final Set<String> REFUSED =
            Set.of("CheckpointContainer", "CheckpointPod", "RestorePod");

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private ServedNode served;

    @BeforeEach
    void start() throws IOException {
        served = new ServedNode(directory);
    }

    @AfterEach
    void stop() throws IOException {
        served.close();
    }

    static Stream<MethodDescriptor<?, ?>> refused() {
        return methods().filter(method -> REFUSED.contains(method.getBareMethodName()));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void checkpointAndRestore_sayWhyNot(MethodDescriptor<?, ?> method) {
        var status = answerOf(method);

        assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(status.getDescription()).contains("CRIU");
    }

    @Test
    void resourcesOfAPod_areTakenNoticeOf() throws IOException {
        var pod = served.node.runPod("p");
        var request = UpdatePodSandboxResourcesRequest.newBuilder().setPodSandboxId(pod.value());

        assertThat(served.stub().updatePodSandboxResources(request.build())).isNotNull();
        assertThatThrownBy(
                        () ->
                                served.stub()
                                        .updatePodSandboxResources(
                                                request.setPodSandboxId("00".repeat(32)).build()))
                .hasMessageStartingWith("NOT_FOUND: pod sandbox 0000");
    }

    static Stream<MethodDescriptor<?, ?>> methods() {
        return RuntimeServiceGrpc.getServiceDescriptor().getMethods().stream().map(m -> m);
    }

    /** What is not in the list of those that are built answers by its name that it is not. */
    @ParameterizedTest
    @MethodSource("methods")
    void everyRpc_answersForItself(MethodDescriptor<?, ?> method) {
        var name = method.getBareMethodName();

        assertThat(String.valueOf(answerOf(method).getDescription()).contains("is unimplemented"))
                .as(name)
                .isEqualTo(!BUILT.contains(name) && !REFUSED.contains(name));
    }

    @Test
    void everythingElse_isBuilt() {
        assertThat(methods()).hasSize(37);
        assertThat(methods().map(MethodDescriptor::getBareMethodName)).containsAll(BUILT);
    }

    @Test
    void version_tellsAllThatTheKubeletInsistsOn() {
        var version = served.stub().version(VersionRequest.newBuilder().setVersion("v1").build());

        assertThat(version.getVersion()).isEqualTo("0.1.0");
        assertThat(version.getRuntimeName()).isEqualTo("ristretto");
        assertThat(version.getRuntimeVersion()).isEqualTo("9.8.7");
        assertThat(version.getRuntimeApiVersion()).isEqualTo("v1");
    }

    @Test
    void status_tellsWhetherPodsCanRun() {
        var status = served.stub().status(StatusRequest.getDefaultInstance());

        assertThat(status.getStatus().getConditionsList())
                .containsExactly(condition("RuntimeReady"), condition("NetworkReady"));
        assertThat(status.getInfoMap()).isEmpty();
    }

    @Test
    void status_followsTheNetwork() {
        served.node.networks.become(
                new NetworkReadiness(false, "NoBridge", "make a bridge", List.of()));

        assertThat(served.stub().status(StatusRequest.getDefaultInstance()).getStatus())
                .extracting(s -> s.getConditions(1))
                .isEqualTo(
                        RuntimeCondition.newBuilder()
                                .setType("NetworkReady")
                                .setStatus(false)
                                .setReason("NoBridge")
                                .setMessage("make a bridge")
                                .build());
    }

    @Test
    void status_announcesTheDefaultHandlerAndOnlyWhatIsDone() {
        var status = served.stub().status(StatusRequest.getDefaultInstance());

        assertThat(status.getRuntimeHandlersList()).hasSize(1);
        var handler = status.getRuntimeHandlers(0);
        assertThat(handler.getName()).isEmpty();
        assertThat(handler.getFeatures().getRecursiveReadOnlyMounts()).isTrue();
        assertThat(handler.getFeatures().getUserNamespaces()).isTrue();
        assertThat(status.getFeatures().getSupplementalGroupsPolicy()).isTrue();
        assertThat(status.getFeatures().getMountOptions()).isTrue();
        assertThat(status.getFeatures().getUserNamespacesHostNetwork()).isTrue();
    }

    @Test
    void verboseStatus_tellsConfigAndHost() {
        var info =
                served.stub()
                        .status(StatusRequest.newBuilder().setVerbose(true).build())
                        .getInfoMap();

        assertThat(info.get("config")).contains("stateDir");
        assertThat(info.get("host"))
                .contains("\"cgroupMode\":\"HYBRID\"", "\"overlay\":\"ONE_PAGE\"")
                .contains(
                        "nothing is changed",
                        "CAP_SYS_RESOURCE: the daemon does not have it: oom_score_adj cannot");
    }

    @Test
    void runtimeConfig_tellsTheCgroupDriver() {
        assertThat(
                        served.stub()
                                .runtimeConfig(RuntimeConfigRequest.getDefaultInstance())
                                .getLinux()
                                .getCgroupDriver())
                .isEqualTo(CgroupDriver.CGROUPFS);
    }

    @Test
    void podCidrs_areToldToTheNetwork() {
        served.stub().updateRuntimeConfig(podCidr("10.244.1.0/24,fd00:1::/64"));
        served.stub().updateRuntimeConfig(UpdateRuntimeConfigRequest.getDefaultInstance());

        assertThat(served.node.networks.podCidrs())
                .containsExactly(Subnet.parse("10.244.1.0/24"), Subnet.parse("fd00:1::/64"));
    }

    @Test
    void podCidrThatIsNone_isRefusedByName() {
        var refusal =
                catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> served.stub().updateRuntimeConfig(podCidr("ten")));

        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.getStatus().getDescription())
                .startsWith("runtime_config.network_config.pod_cidr is 'ten': subnet 'ten'");
    }

    private static UpdateRuntimeConfigRequest podCidr(String cidrs) {
        var request = UpdateRuntimeConfigRequest.newBuilder();
        request.getRuntimeConfigBuilder().getNetworkConfigBuilder().setPodCidr(cidrs);
        return request.build();
    }

    private static RuntimeCondition condition(String type) {
        return RuntimeCondition.newBuilder().setType(type).setStatus(true).build();
    }

    /** How a call without anything in it ends; the stream of events has no end of its own. */
    private <Q, R> Status answerOf(MethodDescriptor<Q, R> method) {
        var nothing = method.parseRequest(new ByteArrayInputStream(new byte[0]));
        try {
            // For a unary call this is the same as a stream of one.
            ClientCalls.blockingServerStreamingCall(
                            served.client.channel(),
                            method,
                            CallOptions.DEFAULT.withDeadlineAfter(Duration.ofSeconds(2)),
                            nothing)
                    .forEachRemaining(answer -> assertThat(answer).isNotNull());
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }
}
