// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.cli.log.LogDirectory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.CreateContainerRequest;
import runtime.v1.RemovePodSandboxRequest;
import runtime.v1.RunPodSandboxRequest;
import runtime.v1.StopPodSandboxRequest;

import java.nio.file.Files;
import java.nio.file.Path;

/** Uses the log directory that {@code run} uses: what it leaves there would be seen here. */
class RunComponentTest {
    private CommandFixture cli;

    @BeforeEach
    void start(@TempDir Path dir) throws Exception {
        Assumptions.assumeTrue(Files.isWritable(Path.of("/var/log")), "needs a writable /var/log");
        cli = new CommandFixture(dir);
        cli.runtime
                .logging("2026-01-01T00:00:00Z stdout F hello\n2026-01-01T00:00:00Z stderr F e\n")
                .ending(7);
    }

    @AfterEach
    void stop() {
        cli.close();
    }

    @Test
    void inTheForeground_showsTheLog_andPassesOnTheExitCode() throws Exception {
        assertThat(cli.run("run", "--rm", "--name", "cli-test", "busybox", "echo", "-n", "hello"))
                .isEqualTo(7);

        assertThat(cli.out()).isEqualTo("hello\n");
        assertThat(cli.err()).isEqualTo("Pulling busybox\ne\n");
        var create = cli.runtime.only(CreateContainerRequest.class);
        assertThat(create.getConfig().getArgsList()).containsExactly("echo", "-n", "hello");
        assertThat(cli.runtime.isEmpty()).isTrue();
        assertThat(logDirectory()).doesNotExist();
    }

    @Test
    void withoutRm_thePodIsStopped_andKept_untilRmpTakesItAway() throws Exception {
        assertThat(cli.run("run", "--name", "cli-test", "busybox")).isEqualTo(7);

        cli.runtime.only(StopPodSandboxRequest.class);
        assertThat(cli.run("logs", "cli-test")).isZero();
        assertThat(cli.out()).isEqualTo("hello\n");
        assertThat(cli.run("run", "--name", "cli-test", "busybox")).isEqualTo(1);
        assertThat(cli.err()).contains("there is a pod named 'cli-test'");

        assertThat(cli.run("rmp", "cli-test")).isZero();
        assertThat(cli.runtime.isEmpty()).isTrue();
        assertThat(logDirectory()).doesNotExist();
    }

    @Test
    void detached_printsTheContainersId() throws Exception {
        assertThat(cli.run("run", "-d", "--pull", "always", "busybox")).isZero();

        assertThat(cli.out()).hasSize(65);
        var name = cli.runtime.only(RunPodSandboxRequest.class).getConfig().getMetadata();
        assertThat(name.getName()).matches("busybox-[0-9a-f]{5}");
        assertThat(cli.run("rmp", "-f", name.getName())).isZero();
        assertThat(logDirectory()).doesNotExist();
    }

    @Test
    void aContainerThatCannotBeMade_leavesNoPod() throws Exception {
        assertThat(cli.run("run", "--name", "cli-test", "broken")).isEqualTo(1);

        assertThat(cli.err()).endsWith("ristretto run: mount /x: no such file\n");
        cli.runtime.only(RemovePodSandboxRequest.class);
        assertThat(cli.runtime.isEmpty()).isTrue();
        assertThat(logDirectory()).doesNotExist();
    }

    @Test
    void misuse_asksTheRuntimeForNothing() {
        assertThat(cli.run("run", "-d", "--rm", "busybox")).isEqualTo(2);
        assertThat(cli.run("run", "--host-network", "-p", "1:2", "busybox")).isEqualTo(2);
        assertThat(cli.err()).contains("--publish has nothing to lead to");
        assertThat(cli.run("run", "-p", "x", "busybox")).isEqualTo(2);
        assertThat(cli.err()).contains("port 'x' is not [hostIP:]hostPort:containerPort");
        assertThat(cli.run("run", "--pull", "never", "absent")).isEqualTo(1);

        assertThat(cli.runtime.requests()).isEmpty();
    }

    private Path logDirectory() {
        var config = cli.runtime.only(RunPodSandboxRequest.class).getConfig();
        assertThat(config.getLogDirectory()).startsWith(LogDirectory.ROOT);
        return Path.of(config.getLogDirectory());
    }
}
