// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.CreateContainerRequest;
import runtime.v1.ExecSyncRequest;
import runtime.v1.RunPodSandboxRequest;
import runtime.v1.StopContainerRequest;
import runtime.v1.StopPodSandboxRequest;
import runtime.v1.UpdateContainerResourcesRequest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class ActsComponentTest {
    @TempDir Path dir;
    private CommandFixture cli;

    @BeforeEach
    void start() throws Exception {
        cli = new CommandFixture(dir);
    }

    @AfterEach
    void stop() {
        cli.close();
    }

    @Test
    void podAndContainer_goTheirWay_byTheBeginningOfTheirIds() throws Exception {
        cli.runtime.logging("2026-01-01T00:00:00Z stdout F hi\n");
        var pod = ok("runp", podConfig());
        var container = ok("create", pod.substring(0, 60), containerConfig(), podConfig());
        ok("start", container.substring(0, 60));
        assertThat(ok("logs", container)).isEqualTo("hi");

        assertThat(cli.run("rm", container)).isEqualTo(1);
        assertThat(cli.err()).contains("is running; stop it with 'ristretto stop', or use --force");
        ok("stop", "--timeout", "7", container);
        ok("rm", container);
        assertThat(dir.resolve("logs/c.log")).doesNotExist();

        assertThat(cli.run("rmp", pod)).isEqualTo(1);
        ok("stopp", "p");
        ok("rmp", "p");
        assertThat(cli.runtime.isEmpty()).isTrue();
        assertThat(cli.runtime.only(StopContainerRequest.class).getTimeout()).isEqualTo(7);
    }

    @Test
    void runp_makesTheLogDirectory_andAUidWhereThereIsNone() throws Exception {
        ok("runp", podConfig());

        assertThat(dir.resolve("logs")).isDirectory();
        var config = cli.runtime.only(RunPodSandboxRequest.class).getConfig();
        assertThat(config.getMetadata().getUid()).hasSize(36);
        assertThat(config.getLinux().getCgroupParent()).isEqualTo("/x");
    }

    @Test
    void create_sendsTheEnvironmentAsItStandsInTheFile() throws Exception {
        var pod = ok("runp", podConfig());
        ok("create", pod, containerConfig(), podConfig());

        var config = cli.runtime.only(CreateContainerRequest.class).getConfig();
        assertThat(config.getEnvs(0).getValue().toStringUtf8()).isEqualTo("größer");
    }

    @Test
    void create_withPull_pullsFirst() throws Exception {
        var pod = ok("runp", podConfig());
        ok("create", "--with-pull", "--creds", "u:p:q", pod, containerConfig(), podConfig());

        var pull = cli.images.pulls().getFirst();
        assertThat(pull.getImage().getImage()).isEqualTo("busybox");
        assertThat(pull.getAuth().getUsername()).isEqualTo("u");
        assertThat(pull.getAuth().getPassword()).isEqualTo("p:q");
    }

    @Test
    void exec_passesTheCommandOn_andItsOutputsAndExitCode() throws Exception {
        var container = running();
        cli.runtime.answeringExec("out", "err", 42);

        assertThat(
                        cli.run(
                                "exec",
                                "-s",
                                "--timeout",
                                "3",
                                container,
                                "--",
                                "ls",
                                "-l",
                                "--",
                                "--all"))
                .isEqualTo(42);

        var request = cli.runtime.only(ExecSyncRequest.class);
        assertThat(request.getCmdList()).containsExactly("ls", "-l", "--", "--all");
        assertThat(request.getTimeout()).isEqualTo(3);
        assertThat(cli.out()).isEqualTo("out");
        assertThat(cli.err()).isEqualTo("err");
    }

    @Test
    void exec_withoutSync_saysThatItIsSynchronous_andTtyIsRefused() throws Exception {
        var container = running();

        assertThat(cli.run("exec", container, "true")).isZero();
        assertThat(cli.err()).contains("running synchronously");
        assertThat(cli.run("exec", "-it", container, "sh")).isEqualTo(2);
        assertThat(cli.err()).contains("-i and -t need streaming");
    }

    @Test
    void update_sendsWhatIsGiven() throws Exception {
        ok("update", "--memory", "1000", "--cpu-quota", "-1", running());

        var linux = cli.runtime.only(UpdateContainerResourcesRequest.class).getLinux();
        assertThat(linux.getMemoryLimitInBytes()).isEqualTo(1000);
        assertThat(linux.getCpuQuota()).isEqualTo(-1);
    }

    @Test
    void oneOfSeveralThatFails_keepsNoOtherFromIt() throws Exception {
        ok("runp", podConfig());

        assertThat(cli.run("stopp", "nope", "p")).isEqualTo(1);

        assertThat(cli.out()).isEqualTo("p\n");
        assertThat(cli.err())
                .isEqualTo(
                        "ristretto stopp: no pod has an id that begins with 'nope', or that name;"
                                + " see 'ristretto pods'\n");
        cli.runtime.only(StopPodSandboxRequest.class);
    }

    @Test
    void pull_tellsWhatTheRegistrySaid() {
        assertThat(cli.run("pull", "down/app")).isEqualTo(1);

        assertThat(cli.err())
                .isEqualTo("ristretto pull: RegistryUnavailable: connect to down: refused\n");
    }

    @Test
    void load_sendsAnAbsolutePath() throws Exception {
        Files.writeString(dir.resolve("a.tar"), "");

        assertThat(ok("load", "--name", "n", dir + "/./a.tar"))
                .isEqualTo("Loaded sha256:abc localhost/x:1");

        var request = cli.loading.requests().getFirst();
        assertThat(request.getPath()).isEqualTo(dir + "/a.tar");
        assertThat(request.getReference()).isEqualTo("n");
        assertThat(cli.run("load", dir + "/none.tar")).isEqualTo(1);
    }

    @Test
    void rmi_ofAnUnknownImage_fails() {
        cli.run("pull", "busybox");

        assertThat(cli.run("rmi", "busybox", "nope")).isEqualTo(1);

        assertThat(cli.out()).isEqualTo("busybox\n");
        assertThat(cli.err()).contains("no such image 'nope'");
    }

    @Test
    void aConfigWithAnUnknownField_isRefusedBeforeAnythingIsAsked() throws Exception {
        var file = Files.writeString(dir.resolve("bad.yaml"), "metadata: {nam: x}");

        assertThat(cli.run("runp", file.toString())).isEqualTo(1);

        assertThat(cli.err())
                .isEqualTo(
                        "ristretto runp: %s: unknown field 'metadata.nam'; did you mean 'name'?\n"
                                .formatted(file));
        assertThat(cli.runtime.requests()).isEmpty();
    }

    private String running() throws IOException {
        var pod = ok("runp", podConfig());
        var container = ok("create", pod, containerConfig(), podConfig());
        ok("start", container);
        return container;
    }

    private String ok(String... args) {
        assertThat(cli.run(args)).as(() -> cli.err()).isZero();
        return cli.out().strip();
    }

    private String podConfig() throws IOException {
        return Files.writeString(
                        dir.resolve("pod.yaml"),
                        """
                        metadata: {name: p, namespace: n}
                        log_directory: %s/logs
                        linux: {cgroup_parent: /x}
                        """
                                .formatted(dir))
                .toString();
    }

    private String containerConfig() throws IOException {
        return Files.writeString(
                        dir.resolve("container.json"),
                        """
                        {"metadata": {"name": "c"}, "image": {"image": "busybox"},
                         "logPath": "c.log", "envs": [{"key": "A", "value": "größer"}]}
                        """)
                .toString();
    }
}
