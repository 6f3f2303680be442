// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.cli.fake.FakeRuntime;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.ContainerMetadata;
import runtime.v1.ContainerState;
import runtime.v1.ContainerStatus;
import runtime.v1.Image;
import runtime.v1.ImageSpec;
import runtime.v1.PodSandbox;
import runtime.v1.PodSandboxMetadata;
import runtime.v1.PodSandboxState;

import java.nio.file.Path;

class ListsComponentTest {
    private static final String POD_A = "a1".repeat(32);
    private static final String POD_B = "a2".repeat(32);
    private static final String RUNNING = "c1".repeat(32);
    private static final String EXITED = "c2".repeat(32);

    private CommandFixture cli;

    @BeforeEach
    void start(@TempDir Path dir) throws Exception {
        cli = new CommandFixture(dir);
        cli.runtime
                .add(pod(POD_A, "web", PodSandboxState.SANDBOX_READY, 0))
                .add(pod(POD_B, "job", PodSandboxState.SANDBOX_NOTREADY, 1))
                .add(POD_A, container(RUNNING, "nginx", ContainerState.CONTAINER_RUNNING, 0))
                .add(POD_B, container(EXITED, "sum", ContainerState.CONTAINER_EXITED, 1));
        var image =
                Image.newBuilder()
                        .setId("sha256:" + "e".repeat(64))
                        .addRepoTags("registry.local:5000/nginx:1.27")
                        .addRepoTags("docker.io/library/nginx:latest")
                        .addRepoDigests("docker.io/library/nginx@sha256:" + "d".repeat(64))
                        .setSize(72_512_345)
                        .build();
        cli.images
                .add("nginx", image)
                .add("none", Image.newBuilder().setId("sha256:" + "f".repeat(64)).build());
    }

    @AfterEach
    void stop() {
        cli.close();
    }

    @Test
    void pods_table() {
        assertThat(cli.run("pods")).isZero();

        assertThat(cli.out())
                .isEqualTo(
                        """
                        POD ID          CREATED         STATE      NAME   NAMESPACE   ATTEMPT   RUNTIME
                        a2a2a2a2a2a2a   4 minutes ago   NotReady   job    default     0         (default)
                        a1a1a1a1a1a1a   5 minutes ago   Ready      web    default     0         (default)
                        """);
    }

    @Test
    void pods_filters() {
        assertThat(ids("pods", "-q", "--state", "ready")).isEqualTo(POD_A);
        assertThat(ids("pods", "-q", "--name", "^j")).isEqualTo(POD_B);
        assertThat(ids("pods", "-q", "--namespace", "nope")).isEmpty();
        assertThat(ids("pods", "-q", "--label", "app=web")).isEqualTo(POD_A);
        assertThat(ids("pods", "-q", "--id", "a2")).isEqualTo(POD_B);
        assertThat(ids("pods", "-q", "--latest")).isEqualTo(POD_B);
        assertThat(ids("pods", "-q", "--last", "5")).isEqualTo(POD_B + "\n" + POD_A);
    }

    @Test
    void pods_json() {
        assertThat(cli.run("pods", "-o", "json", "--id", "a1")).isZero();

        assertThat(cli.out())
                .isEqualTo(
                        """
                        {
                          "items": [
                            {
                              "id": "%s",
                              "metadata": {
                                "name": "web",
                                "uid": "",
                                "namespace": "default",
                                "attempt": 0
                              },
                              "state": "SANDBOX_READY",
                              "createdAt": "1700000000123456789",
                              "labels": {
                                "app": "web"
                              },
                              "annotations": {},
                              "runtimeHandler": ""
                            }
                          ]
                        }
                        """
                                .formatted(POD_A));
    }

    @Test
    void pods_yaml_keepsNumbersThatAreStringsAsStrings() {
        assertThat(cli.run("pods", "-o", "yaml", "--id", "a1")).isZero();

        assertThat(cli.out())
                .startsWith("items:\n- id: " + POD_A + "\n")
                .contains("  createdAt: \"1700000000123456789\"\n");
    }

    @Test
    void ps_showsRunningOnes_withTheNamesOfTheirPods() {
        assertThat(cli.run("ps")).isZero();

        assertThat(cli.out())
                .isEqualTo(
                        """
                        CONTAINER       IMAGE   CREATED         STATE     NAME    ATTEMPT   POD ID          POD   NAMESPACE
                        c1c1c1c1c1c1c   nginx   5 minutes ago   Running   nginx   0         a1a1a1a1a1a1a   web   default
                        """);
    }

    @Test
    void ps_filters() {
        assertThat(ids("ps", "-aq")).isEqualTo(EXITED + "\n" + RUNNING);
        assertThat(ids("ps", "-q", "--state", "exited")).isEqualTo(EXITED);
        assertThat(ids("ps", "-q", "--latest")).isEqualTo(EXITED);
        assertThat(ids("ps", "-aq", "--pod", "a1")).isEqualTo(RUNNING);
        assertThat(ids("ps", "-aq", "--name", "su")).isEqualTo(EXITED);
        assertThat(ids("ps", "-aq", "--id", "c1")).isEqualTo(RUNNING);
        assertThat(ids("ps", "-aq", "--image", "nginx")).isEqualTo(EXITED + "\n" + RUNNING);
        assertThat(ids("ps", "-aq", "--image", "other")).isEmpty();
    }

    @Test
    void images_hasALineForEachName() {
        assertThat(cli.run("images", "--digests", "--pinned")).isZero();

        assertThat(cli.out())
                .isEqualTo(
                        """
                        IMAGE                       TAG      DIGEST          IMAGE ID        SIZE     PINNED
                        <none>                      <none>   <none>          fffffffffffff   0B       false
                        docker.io/library/nginx     latest   ddddddddddddd   eeeeeeeeeeeee   72.5MB   false
                        registry.local:5000/nginx   1.27     ddddddddddddd   eeeeeeeeeeeee   72.5MB   false
                        """);
    }

    @Test
    void images_noTrunc_keepsIdsWhole() {
        assertThat(cli.run("images", "--no-trunc")).isZero();

        assertThat(cli.out()).contains("sha256:" + "e".repeat(64));
    }

    @Test
    void inspect_hasStatusAndInformation_withTimesToRead() {
        assertThat(cli.run("inspect", "c2")).isZero();

        assertThat(cli.out())
                .startsWith("{\n  \"status\": {\n    \"id\": \"" + EXITED)
                .contains("\"createdAt\": \"2023-11-14T22:14:20.123456789Z\"")
                .contains("\"startedAt\": \"0\"")
                .endsWith("  \"info\": {\n    \"pid\": 42\n  }\n}\n");
    }

    @Test
    void inspect_ofTwo_isAnArray_andQuietLeavesOutInformation() {
        assertThat(cli.run("inspect", "-q", "c1", "c2")).isZero();

        assertThat(cli.out()).startsWith("[\n").doesNotContain("pid");
    }

    @Test
    void inspectp_table() {
        assertThat(cli.run("inspectp", "-o", "table", "web")).isZero();

        assertThat(cli.out())
                .isEqualTo(
                        """
                        POD ID          NAME   NAMESPACE   UID   ATTEMPT   STATE   CREATED                          ADDRESSES
                        a1a1a1a1a1a1a   web    default           0         Ready   2023-11-14T22:13:20.123456789Z   10.88.0.7
                        """);
    }

    @Test
    void inspecti_ofAnUnknownImage_fails() {
        assertThat(cli.run("inspecti", "nope")).isEqualTo(1);

        assertThat(cli.err())
                .isEqualTo("ristretto inspecti: no such image 'nope'; see 'ristretto images'\n");
    }

    @Test
    void info_bringsWhatTheRuntimeKnows() {
        assertThat(cli.run("info")).isZero();

        assertThat(cli.out())
                .contains("\"type\": \"RuntimeReady\"")
                .contains("\"config\": {\n    \"a\": 1\n  }")
                .contains("\"note\": \"text\"");
    }

    @Test
    void version_isTheRuntimes() {
        assertThat(cli.run("version")).isZero();

        assertThat(cli.out())
                .isEqualTo(
                        """
                        Version:  0.1.0
                        RuntimeName:  fake
                        RuntimeVersion:  1.2.3
                        RuntimeApiVersion:  v1
                        """);
    }

    @Test
    void stats_measureCpuBetweenTwoLooks() {
        assertThat(cli.run("stats", "--seconds", "50ms")).isZero();

        assertThat(cli.out())
                .startsWith("CONTAINER       NAME    CPU %   MEM")
                .contains("c1c1c1c1c1c1c   nginx   50.00   1.234MB");
    }

    private String ids(String... args) {
        assertThat(cli.run(args)).isZero();
        return cli.out().strip();
    }

    private static PodSandbox pod(String id, String name, PodSandboxState state, int minute) {
        return PodSandbox.newBuilder()
                .setId(id)
                .setMetadata(PodSandboxMetadata.newBuilder().setName(name).setNamespace("default"))
                .setState(state)
                .setCreatedAt(FakeRuntime.CREATED_AT + minute * 60_000_000_000L)
                .putLabels("app", name)
                .build();
    }

    private static ContainerStatus container(
            String id, String name, ContainerState state, int minute) {
        return ContainerStatus.newBuilder()
                .setId(id)
                .setMetadata(ContainerMetadata.newBuilder().setName(name))
                .setImage(ImageSpec.newBuilder().setImage("nginx"))
                .setState(state)
                .setCreatedAt(FakeRuntime.CREATED_AT + minute * 60_000_000_000L)
                .build();
    }
}
