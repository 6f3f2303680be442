// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import runtime.v1.CheckpointContainerRequest;
import runtime.v1.ContainerMetadata;
import runtime.v1.ContainerState;
import runtime.v1.ContainerStatus;
import runtime.v1.PodSandbox;
import runtime.v1.PodSandboxMetadata;
import runtime.v1.PodSandboxState;
import runtime.v1.UpdateRuntimeConfigRequest;

import java.nio.file.Path;

/** What is shown of pods' use, metrics and events, and what is told the runtime as a whole. */
class ObserveComponentTest {
    private static final String POD = "a1".repeat(32);
    private static final String OTHER = "b2".repeat(32);
    private static final String CONTAINER = "c1".repeat(32);

    private CommandFixture cli;

    @BeforeEach
    void start(@TempDir Path dir) throws Exception {
        cli = new CommandFixture(dir);
        cli.runtime
                .add(pod(POD, "web"))
                .add(pod(OTHER, "job"))
                .add(
                        POD,
                        ContainerStatus.newBuilder()
                                .setId(CONTAINER)
                                .setMetadata(ContainerMetadata.newBuilder().setName("nginx"))
                                .setState(ContainerState.CONTAINER_RUNNING)
                                .build());
    }

    @AfterEach
    void stop() {
        cli.close();
    }

    private static PodSandbox pod(String id, String name) {
        return PodSandbox.newBuilder()
                .setId(id)
                .setMetadata(PodSandboxMetadata.newBuilder().setName(name))
                .setState(PodSandboxState.SANDBOX_READY)
                .build();
    }

    @Test
    void statsp_measuresBetweenTwoLooks() {
        assertThat(cli.run("statsp", "-s", "100ms")).isZero();

        assertThat(cli.out().lines().toList())
                .hasSize(3)
                .first()
                .asString()
                .matches("POD +POD ID +CPU % +MEM");
        assertThat(cli.out()).containsPattern("web +a1a1a1a1a1a1a +2[45]\\.\\d\\d +2\\.5MB");
    }

    @Test
    void statsp_ofOne_byTheBeginningOfItsId() {
        assertThat(cli.run("statsp", "-o", "json", "b2")).isZero();

        assertThat(cli.out()).contains(OTHER).doesNotContain(POD);
    }

    @Test
    void events_areShownUntilTheRuntimeEndsThem() {
        assertThat(cli.run("events")).isZero();

        assertThat(cli.out()).contains("\"containerId\": \"" + CONTAINER + "\"");
    }

    @Test
    void metrics_areShownOfEachPod() {
        assertThat(cli.run("metricsp")).isZero();
        assertThat(cli.out()).contains(POD, OTHER);

        assertThat(cli.run("metricdescs", "-o", "yaml")).isZero();
        assertThat(cli.out()).contains("name: container_threads");
    }

    @ParameterizedTest
    @ValueSource(strings = {"events", "metricsp", "metricdescs"})
    void table_isRefused(String verb) {
        assertThat(cli.run(verb, "-o", "table")).isEqualTo(2);

        assertThat(cli.err()).contains("json or yaml");
    }

    @Test
    void podCidr_isToldTheRuntime() {
        assertThat(cli.run("update-runtime-config", "--pod-cidr", "10.88.7.0/24")).isZero();

        var told = cli.runtime.only(UpdateRuntimeConfigRequest.class);
        assertThat(told.getRuntimeConfig().getNetworkConfig().getPodCidr())
                .isEqualTo("10.88.7.0/24");
    }

    @Test
    void checkpoint_isAskedForByIdAndFile_andSaysWhatTheRuntimeAnswers() {
        assertThat(cli.run("checkpoint", "-e", "/var/tmp/x.tar", "c1")).isEqualTo(1);

        var asked = cli.runtime.only(CheckpointContainerRequest.class);
        assertThat(asked.getContainerId()).isEqualTo(CONTAINER);
        assertThat(asked.getLocation()).isEqualTo("/var/tmp/x.tar");
        assertThat(cli.err()).contains("checkpoints are not made here");
    }
}
