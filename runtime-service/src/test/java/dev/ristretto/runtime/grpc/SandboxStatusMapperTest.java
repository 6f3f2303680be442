// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.app.FakePodNetworks;
import dev.ristretto.runtime.network.PodNetwork;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.spec.PodLimits;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.Test;

import runtime.v1.NamespaceOption;
import runtime.v1.PodIP;
import runtime.v1.PodSandbox;
import runtime.v1.PodSandboxFilter;
import runtime.v1.PodSandboxMetadata;
import runtime.v1.PodSandboxState;
import runtime.v1.PodSandboxStateValue;
import runtime.v1.PodSandboxStatus;

import java.time.Instant;
import java.util.List;
import java.util.Map;

class SandboxStatusMapperTest {
    private static final PodSandboxId ID = new PodSandboxId("ab".repeat(32));
    private static final Instant THEN = Instant.ofEpochSecond(1_767_323_045L, 678_901_234L);
    private static final PodSandboxMetadata METADATA =
            PodSandboxMetadata.newBuilder()
                    .setName("web")
                    .setNamespace("default")
                    .setUid("u1")
                    .setAttempt(2)
                    .build();

    @Test
    void status_tellsEverything() {
        var status = SandboxMapper.toStatus(sandbox(ready(FakePodNetworks.network())));

        assertThat(status.getId()).isEqualTo(ID.value());
        assertThat(status.getMetadata()).isEqualTo(METADATA);
        assertThat(status.getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
        assertThat(status.getCreatedAt()).isEqualTo(1_767_323_045_678_901_234L);
        assertThat(status.getNetwork().getIp()).isEqualTo("10.88.0.2");
        assertThat(status.getNetwork().getAdditionalIpsList())
                .containsExactly(PodIP.newBuilder().setIp("fd88::2").build());
        assertThat(status.getLinux().getNamespaces().getOptions())
                .isEqualTo(
                        SandboxMapperTest.full()
                                .getLinux()
                                .getSecurityContext()
                                .getNamespaceOptions());
        assertThat(status.getLabelsMap()).isEqualTo(Map.of("app", "web"));
        assertThat(status.getAnnotationsMap()).isEqualTo(Map.of("note", "a"));
        assertThat(status.getRuntimeHandler()).isEqualTo("h");
        Fields.of(PodSandboxStatus.getDescriptor())
                .tried("id", "metadata", "state", "created_at", "network", "linux", "labels")
                .tried("annotations", "runtime_handler")
                .areAll();
    }

    @Test
    void item_tellsEverything() {
        assertThat(SandboxMapper.toItem(sandbox(new SandboxState.NotReady())))
                .isEqualTo(
                        PodSandbox.newBuilder()
                                .setId(ID.value())
                                .setMetadata(METADATA)
                                .setState(PodSandboxState.SANDBOX_NOTREADY)
                                .setCreatedAt(1_767_323_045_678_901_234L)
                                .putLabels("app", "web")
                                .putAnnotations("note", "a")
                                .setRuntimeHandler("h")
                                .build());
        Fields.of(PodSandbox.getDescriptor())
                .tried("id", "metadata", "state", "created_at", "labels", "annotations")
                .tried("runtime_handler")
                .areAll();
    }

    @Test
    void podWithoutANetwork_hasNoAddress() {
        for (var state : List.of(ready(PodNetwork.host()), new SandboxState.NotReady())) {
            var network = SandboxMapper.toStatus(sandbox(state)).getNetwork();

            assertThat(network.getIp()).isEmpty();
            assertThat(network.getAdditionalIpsList()).isEmpty();
        }
    }

    @Test
    void filter_isAnAndOfWhatItHas() {
        var sandbox = sandbox(new SandboxState.NotReady());

        assertThat(matches(sandbox, PodSandboxFilter.newBuilder())).isTrue();
        assertThat(matches(sandbox, PodSandboxFilter.newBuilder().setId("abab"))).isTrue();
        assertThat(matches(sandbox, PodSandboxFilter.newBuilder().setId("b"))).isFalse();
        assertThat(matches(sandbox, PodSandboxFilter.newBuilder().putLabelSelector("app", "web")))
                .isTrue();
        assertThat(matches(sandbox, PodSandboxFilter.newBuilder().putLabelSelector("app", "x")))
                .isFalse();
        assertThat(matches(sandbox, PodSandboxFilter.newBuilder().putLabelSelector("x", "web")))
                .isFalse();
        assertThat(matches(sandbox, state(PodSandboxState.SANDBOX_NOTREADY))).isTrue();
        // READY is the default value: that it is there must count, not what it is.
        assertThat(matches(sandbox, state(PodSandboxState.SANDBOX_READY))).isFalse();
        assertThat(matches(sandbox, state(PodSandboxState.SANDBOX_NOTREADY).setId("b"))).isFalse();
    }

    @Test
    void namespaceOptions_areEchoedAsTheyCame() {
        var options =
                NamespaceOption.newBuilder()
                        .setNetworkValue(2)
                        .setPidValue(3)
                        .setIpcValue(2)
                        .setTargetId("t")
                        .build();

        assertThat(SandboxMapper.toProto(SandboxMapper.namespaces(options))).isEqualTo(options);
    }

    private static PodSandboxFilter.Builder state(PodSandboxState state) {
        return PodSandboxFilter.newBuilder()
                .setState(PodSandboxStateValue.newBuilder().setState(state));
    }

    private static boolean matches(Sandbox sandbox, PodSandboxFilter.Builder filter) {
        return SandboxMapper.matches(sandbox, filter.build());
    }

    private static SandboxState ready(PodNetwork network) {
        return new SandboxState.Ready(7, network);
    }

    private static Sandbox sandbox(SandboxState state) {
        return new Sandbox(
                ID,
                SandboxMapper.fromProto(SandboxMapperTest.full(), "h"),
                THEN,
                "/c",
                false,
                PodLimits.none(),
                state);
    }
}
