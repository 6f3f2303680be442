// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.cgroup.CgroupLimits;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.LinuxContainerResources;
import runtime.v1.LinuxPodSandboxConfig;
import runtime.v1.PodSandboxConfig;
import runtime.v1.PodSandboxMetadata;
import runtime.v1.PodSandboxStatusRequest;
import runtime.v1.RunPodSandboxRequest;
import runtime.v1.UpdatePodSandboxResourcesRequest;

import java.io.IOException;
import java.nio.file.Path;

/** What a pod may use as a whole: told, remembered, and kept where nobody else does. */
@Timeout(60)
class PodLimitsComponentTest {
    private static final LinuxContainerResources OVERHEAD = memory(16);

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

    @Test
    void aPodInACgroupOfThisRuntime_isLimited_alsoLater() throws IOException {
        var pod = run("");
        var cgroup = served.node.sandbox(pod).cgroup();
        assertThat(served.node.cgroups.limits(cgroup).memoryLimitBytes()).hasValue(116);

        update(pod, memory(200));

        assertThat(served.node.cgroups.limits(cgroup).memoryLimitBytes()).hasValue(216);
        assertThat(info(pod))
                .contains("\"overhead\":{\"linux\":{\"memory_limit_in_bytes\":16}}")
                .contains("\"resources\":{\"linux\":{\"memory_limit_in_bytes\":200}}");
        served.node.restart();
        assertThat(served.node.sandbox(pod).limits().resources().memoryLimitBytes()).hasValue(200);
    }

    @Test
    void aPodInACgroupOfItsClient_isItsClientsToLimit() throws IOException {
        served.node.cgroups.make("/kubepods/pod1");
        var pod = run("/kubepods/pod1");

        update(pod, memory(200));

        assertThat(served.node.cgroups.limits("/kubepods/pod1")).isEqualTo(CgroupLimits.none());
        assertThat(info(pod)).contains("\"memory_limit_in_bytes\":200");
    }

    @Test
    void whatCannotBe_isRefused_andNothingIsRemembered() throws IOException {
        var pod = run("");

        assertThatThrownBy(() -> update(pod, memory(-2)))
                .hasMessageStartingWith("INVALID_ARGUMENT: ")
                .hasMessageContaining("memory_limit_in_bytes -2 is negative");

        assertThat(info(pod)).contains("\"memory_limit_in_bytes\":100");
    }

    private PodSandboxId run(String cgroupParent) {
        var linux =
                LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(cgroupParent)
                        .setOverhead(OVERHEAD)
                        .setResources(memory(100));
        var metadata = PodSandboxMetadata.newBuilder().setName("p").setNamespace("n").setUid("u");
        var config = PodSandboxConfig.newBuilder().setMetadata(metadata).setLinux(linux);
        var request = RunPodSandboxRequest.newBuilder().setConfig(config).build();
        return new PodSandboxId(served.stub().runPodSandbox(request).getPodSandboxId());
    }

    private void update(PodSandboxId pod, LinuxContainerResources resources) {
        var _ =
                served.stub()
                        .updatePodSandboxResources(
                                UpdatePodSandboxResourcesRequest.newBuilder()
                                        .setPodSandboxId(pod.value())
                                        .setOverhead(OVERHEAD)
                                        .setResources(resources)
                                        .build());
    }

    private String info(PodSandboxId pod) {
        var request =
                PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(pod.value())
                        .setVerbose(true)
                        .build();
        return served.stub().podSandboxStatus(request).getInfoOrThrow("info");
    }

    private static LinuxContainerResources memory(long bytes) {
        return LinuxContainerResources.newBuilder().setMemoryLimitInBytes(bytes).build();
    }
}
