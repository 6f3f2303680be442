// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerState;

import org.junit.jupiter.api.Test;

import runtime.v1.ContainerFilter;
import runtime.v1.ContainerStateValue;
import runtime.v1.ContainerStatus;
import runtime.v1.ImageSpec;
import runtime.v1.LinuxContainerUser;
import runtime.v1.Mount;
import runtime.v1.Signal;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

class ContainerStatusMapperTest {
    private static final Instant STARTED = ContainerSamples.CREATED_AT.plusSeconds(1);
    private static final Instant FINISHED = ContainerSamples.CREATED_AT.plusSeconds(2);
    private static final long CREATED_NANOS = 1_767_323_045_678_901_234L;

    @Test
    void status_tellsEverything() {
        var status = status(new ContainerState.Created());

        assertThat(status.getId()).isEqualTo(ContainerSamples.ID.value());
        assertThat(status.getMetadata().getName()).isEqualTo("web");
        assertThat(status.getMetadata().getAttempt()).isEqualTo(2);
        assertThat(status.getState()).isEqualTo(runtime.v1.ContainerState.CONTAINER_CREATED);
        assertThat(status.getCreatedAt()).isEqualTo(CREATED_NANOS);
        assertThat(status.getImage())
                .isEqualTo(
                        ImageSpec.newBuilder()
                                .setImage("docker.io/library/web:1")
                                .setUserSpecifiedImage("web")
                                .build());
        assertThat(status.getImageRef()).isEqualTo("docker.io/library/web@sha256:2b");
        assertThat(status.getImageId()).isEqualTo("sha256:" + "1a".repeat(32));
        assertThat(status.getLabelsMap()).isEqualTo(Map.of("role", "web"));
        assertThat(status.getAnnotationsMap()).isEqualTo(Map.of("restarts", "0"));
        assertThat(status.getMountsList())
                .containsExactly(
                        Mount.newBuilder()
                                .setContainerPath("/data")
                                .setHostPath("/host")
                                .setReadonly(true)
                                .build(),
                        Mount.newBuilder()
                                .setContainerPath("/models")
                                .setReadonly(true)
                                .setImage(
                                        ImageSpec.newBuilder()
                                                .setImage("models:1")
                                                .setUserSpecifiedImage("models")
                                                .setImageRef("sha256:" + "4d".repeat(32)))
                                .setImageSubPath("small")
                                .addMountOptions("noexec")
                                .build());
        assertThat(status.getLogPath()).isEqualTo("/var/log/web.log");
        assertThat(status.getResources().getLinux().getMemoryLimitInBytes()).isEqualTo(64 << 20);
        assertThat(status.getResources().getLinux().getOomScoreAdj()).isEqualTo(7);
        assertThat(status.getUser().getLinux())
                .isEqualTo(
                        LinuxContainerUser.newBuilder()
                                .setUid(33)
                                .setGid(34)
                                .addSupplementalGroups(34)
                                .addSupplementalGroups(44)
                                .build());
        assertThat(status.getStopSignal()).isEqualTo(Signal.SIGNAL_SIGQUIT);
        Fields.of(ContainerStatus.getDescriptor())
                .tried("id", "metadata", "state", "created_at", "started_at", "finished_at")
                .tried("exit_code", "image", "image_ref", "reason", "message", "labels")
                .tried("annotations", "mounts", "log_path", "resources", "image_id", "user")
                .tried("stop_signal")
                .areAll();
    }

    @Test
    void created_hasNoTimesButItsOwn() {
        var status = status(new ContainerState.Created());

        assertThat(status.getStartedAt()).isZero();
        assertThat(status.getFinishedAt()).isZero();
        assertThat(status.getReason()).isEmpty();
    }

    @Test
    void running_tellsWhenItBegan() {
        var status = status(new ContainerState.Running(STARTED, 7));

        assertThat(status.getState()).isEqualTo(runtime.v1.ContainerState.CONTAINER_RUNNING);
        assertThat(status.getStartedAt()).isEqualTo(CREATED_NANOS + 1_000_000_000L);
        assertThat(status.getFinishedAt()).isZero();
    }

    @Test
    void exited_tellsHowItEnded() {
        var status =
                status(
                        new ContainerState.Exited(
                                Optional.of(STARTED), FINISHED, 137, "OOMKilled", "words"));

        assertThat(status.getState()).isEqualTo(runtime.v1.ContainerState.CONTAINER_EXITED);
        assertThat(status.getStartedAt()).isEqualTo(CREATED_NANOS + 1_000_000_000L);
        assertThat(status.getFinishedAt()).isEqualTo(CREATED_NANOS + 2_000_000_000L);
        assertThat(status.getExitCode()).isEqualTo(137);
        assertThat(status.getReason()).isEqualTo("OOMKilled");
        assertThat(status.getMessage()).isEqualTo("words");
    }

    @Test
    void oneThatNeverBegan_hasNoStart() {
        var status =
                status(
                        new ContainerState.Exited(
                                Optional.empty(), FINISHED, 128, "StartError", "no"));

        assertThat(status.getStartedAt()).isZero();
        assertThat(status.getFinishedAt()).isNotZero();
    }

    @Test
    void item_tellsEverything() {
        var item = ContainerStatusMapper.toItem(container(new ContainerState.Running(STARTED, 7)));

        var status = status(new ContainerState.Running(STARTED, 7));
        assertThat(item.getId()).isEqualTo(status.getId());
        assertThat(item.getPodSandboxId()).isEqualTo(ContainerSamples.POD.value());
        assertThat(item.getMetadata()).isEqualTo(status.getMetadata());
        assertThat(item.getImage()).isEqualTo(status.getImage());
        assertThat(item.getImageRef()).isEqualTo(status.getImageRef());
        assertThat(item.getImageId()).isEqualTo(status.getImageId());
        assertThat(item.getState()).isEqualTo(status.getState());
        assertThat(item.getCreatedAt()).isEqualTo(CREATED_NANOS);
        assertThat(item.getLabelsMap()).isEqualTo(status.getLabelsMap());
        assertThat(item.getAnnotationsMap()).isEqualTo(status.getAnnotationsMap());
        Fields.of(runtime.v1.Container.getDescriptor())
                .tried("id", "pod_sandbox_id", "metadata", "image", "image_ref", "state")
                .tried("created_at", "labels", "annotations", "image_id")
                .areAll();
    }

    @Test
    void filter_isAnAndOfWhatItHas() {
        var running = container(new ContainerState.Running(STARTED, 7));

        assertThat(matches(running, ContainerFilter.newBuilder())).isTrue();
        assertThat(matches(running, ContainerFilter.newBuilder().setId("cdcd"))).isTrue();
        assertThat(matches(running, ContainerFilter.newBuilder().setId("a"))).isFalse();
        assertThat(matches(running, ContainerFilter.newBuilder().setPodSandboxId("abab"))).isTrue();
        assertThat(matches(running, ContainerFilter.newBuilder().setPodSandboxId("b"))).isFalse();
        assertThat(matches(running, ContainerFilter.newBuilder().putLabelSelector("role", "web")))
                .isTrue();
        assertThat(matches(running, ContainerFilter.newBuilder().putLabelSelector("role", "x")))
                .isFalse();
        assertThat(matches(running, state(runtime.v1.ContainerState.CONTAINER_RUNNING))).isTrue();
        // CREATED is the default value: that it is there must count, not what it is.
        assertThat(matches(running, state(runtime.v1.ContainerState.CONTAINER_CREATED))).isFalse();
    }

    private static ContainerFilter.Builder state(runtime.v1.ContainerState state) {
        return ContainerFilter.newBuilder()
                .setState(ContainerStateValue.newBuilder().setState(state));
    }

    private static boolean matches(Container container, ContainerFilter.Builder filter) {
        return ContainerStatusMapper.matches(container, filter.build());
    }

    private static Container container(ContainerState state) {
        return ContainerSamples.container(state);
    }

    private static ContainerStatus status(ContainerState state) {
        return ContainerStatusMapper.toStatus(container(state));
    }
}
