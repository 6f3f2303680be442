// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static dev.ristretto.runtime.shim.RealPods.NO_STDIO;
import static dev.ristretto.runtime.shim.RealPods.command;
import static dev.ristretto.runtime.shim.RealPods.container;
import static dev.ristretto.runtime.shim.RealPods.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Pods and containers of the real podshim. */
@Tag("root")
class PodshimKernelIT {
    private static final int SIGKILL = 9;

    @TempDir private Path runDirectory;
    private RealPods pods;

    @BeforeEach
    void start() throws IOException {
        pods = new RealPods(runDirectory);
    }

    @AfterEach
    void stop() throws IOException {
        pods.close();
    }

    @Test
    void pod_hasTheNamespacesItsProgramMade() throws IOException {
        var client = pods.create(1);

        int pid = client.status().pid();

        assertThat(pid).isEqualTo(pods.lastProcess().pid());
        for (var namespace : List.of("net", "ipc", "uts")) {
            assertThat(namespaceOf(pid, namespace))
                    .as(namespace)
                    .isNotEqualTo(namespaceOf(ProcessHandle.current().pid(), namespace));
        }
    }

    @Test
    void podWhoseProgramFails_leavesNothing() {
        assertThatThrownBy(
                        () ->
                                pods.create(
                                        1,
                                        List.of(
                                                new ShimOp.LoopbackUp(),
                                                new ShimOp.Sysctl("net.no.such", "1"))))
                .isInstanceOfSatisfying(
                        ShimException.class,
                        e -> {
                            assertThat(e.step()).isEqualTo(1);
                            assertThat(e.errno()).isEqualTo(Errno.ENOENT);
                        });
        assertThat(pods.directory(1)).isEmptyDirectory();
    }

    @Test
    void container_runsLogsEndsAndIsForgotten() throws IOException {
        var client = pods.create(1);
        var id = container(1);
        var log = runDirectory.resolve("0.log");
        try (var watch = client.watch()) {
            var started =
                    client.start(
                            id, log.toString(), NO_STDIO, shell("echo out; echo err >&2; exit 7"));

            assertThat(watch.next())
                    .isEqualTo(new ContainerReport.Running(id, started.pid(), started.at()));
            var exited = (ContainerReport.Exited) watch.next();
            assertThat(exited.exit().status()).isEqualTo(new ExitStatus.Exited(7));
            assertThat(exited.exit().startedAt()).isEqualTo(started.at());
            assertThat(ExitRecord.read(pods.directory(1), id)).contains(exited.exit());
            assertThat(client.status().containers()).containsExactly(exited);
        }
        assertThat(Files.readString(log))
                .containsPattern("(?m)^\\S+Z stdout F out$")
                .containsPattern("(?m)^\\S+Z stderr F err$");

        client.forget(id);

        assertThat(client.status().containers()).isEmpty();
        assertThat(ExitRecord.read(pods.directory(1), id)).isEmpty();
    }

    @Test
    void start_tellsWhatEachOperationTookUpToTheCommand() throws IOException {
        var client = pods.create(1);
        var program = shell("true");

        var started = client.start(container(1), "", NO_STDIO, program);

        assertThat(started.tookNanos())
                .hasSize(program.operations().size() - 1)
                .anyMatch(nanos -> nanos > 1_000); // a clone at least
    }

    @Test
    void signal_endsAContainer() throws IOException {
        var client = pods.create(1);
        var id = container(1);
        client.start(id, "", NO_STDIO, shell("exec sleep 600"));
        assertThatThrownBy(() -> client.forget(id))
                .isInstanceOfSatisfying(
                        PodErrorException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
        try (var watch = client.watch()) {
            assertThat(watch.snapshot()).hasSize(1);

            client.signal(id, SIGKILL);

            assertThat(((ContainerReport.Exited) watch.next()).exit().status())
                    .isEqualTo(new ExitStatus.Signaled(SIGKILL));
        }
        assertThatThrownBy(() -> client.signal(id, SIGKILL))
                .isInstanceOfSatisfying(
                        PodErrorException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
    }

    @Test
    void step_thatFails_isNamed() throws IOException {
        var client = pods.create(1);
        var program =
                Program.of(
                        List.of(
                                new ShimOp.OpenTree(1, "/no/such", 1),
                                new ShimOp.Clone(0, ""),
                                new ShimOp.Exec(List.of("/x"), List.of("x"), List.of())));

        assertThatThrownBy(() -> client.start(container(1), "", NO_STDIO, program))
                .isInstanceOfSatisfying(
                        ShimException.class,
                        e ->
                                assertThat(ShimFailureText.text(e))
                                        .startsWith("open mount source /no/such: No such file"));
        assertThat(client.status().containers()).isEmpty();
    }

    @Test
    void command_thatIsNotThere_isNamed() throws IOException {
        var client = pods.create(1);
        var program =
                Program.of(
                        List.of(
                                new ShimOp.Clone(0, ""),
                                new ShimOp.Exec(
                                        List.of("/usr/bin/nginy", "/bin/nginy"),
                                        List.of("nginy"),
                                        List.of("PATH=/usr/bin:/bin"))));

        assertThatThrownBy(() -> client.start(container(1), "", NO_STDIO, program))
                .isInstanceOfSatisfying(
                        ShimException.class,
                        e ->
                                assertThat(ShimFailureText.text(e))
                                        .startsWith(
                                                "exec \"nginy\": executable file not found in"
                                                        + " $PATH (ENOENT); tried /usr/bin/nginy,"
                                                        + " /bin/nginy; PATH=/usr/bin:/bin"));
    }

    @Test
    void mountThatTheKernelRefuses_isReportedInItsWords() throws IOException {
        var client = pods.create(1);
        var program =
                Program.of(
                        List.of(
                                // Not overlay: before Linux 6.5 that tells nothing but EINVAL.
                                new ShimOp.Fsmount(1, "tmpfs", List.of("nonsense=1"), 0),
                                new ShimOp.Clone(0, ""),
                                new ShimOp.Exec(List.of("/x"), List.of("x"), List.of())));

        assertThatThrownBy(() -> client.start(container(1), "", NO_STDIO, program))
                .isInstanceOfSatisfying(
                        ShimException.class,
                        e ->
                                assertThat(ShimFailureText.text(e))
                                        .startsWith(
                                                "mount tmpfs with option nonsense: Invalid"
                                                        + " argument [tmpfs: Unknown parameter"
                                                        + " 'nonsense'] (EINVAL)"));
    }

    @Test
    void refusedProgram_isAFaultOfTheProtocol() throws IOException {
        var client = pods.create(1);
        var withoutExec = Program.of(List.of(new ShimOp.Clone(0, "")));

        assertThatThrownBy(() -> client.start(container(1), "", NO_STDIO, withoutExec))
                .isInstanceOf(PodProtocolException.class)
                .hasMessageContaining("it refused the request");
    }

    @Test
    void reopenLog_goesOnInTheNewFile() throws IOException {
        var client = pods.create(1);
        var id = container(1);
        var first = runDirectory.resolve("first.log");
        var second = runDirectory.resolve("second.log");
        client.start(id, first.toString(), NO_STDIO, shell("echo one; exec sleep 600"));
        try (var exec =
                client.exec(
                        id,
                        NO_STDIO,
                        TerminalSize.NONE,
                        command(id, "sh", "-c", "until grep -q one " + first + "; do :; done"))) {
            assertThat(exec.next()).isInstanceOf(ExecEvent.Exited.class);
        }
        Files.move(first, runDirectory.resolve("rotated.log"));

        client.reopenLog(id, second.toString());

        assertThat(second).exists();
        assertThat(Files.readString(runDirectory.resolve("rotated.log"))).endsWith("F one\n");
    }

    @Test
    void shutdown_endsThePodAndItsContainers() throws IOException {
        var client = pods.create(1);
        var started = client.start(container(1), "", NO_STDIO, shell("exec sleep 600"));

        client.shutdown();

        assertThat(pods.lastProcess().awaitEnd(Duration.ofSeconds(10))).isTrue();
        assertThat(ProcessHandle.of(started.pid())).isEmpty();
        assertThatThrownBy(client::status).isInstanceOf(PodGoneException.class);
    }

    @Test
    void killedPodshim_isGone() throws IOException {
        var client = pods.create(1);
        try (var watch = client.watch()) {
            assertThat(pods.lastProcess().signal(SIGKILL)).isTrue();

            assertThatThrownBy(watch::next).isInstanceOf(PodGoneException.class);
        }
        assertThat(pods.lastProcess().awaitEnd(Duration.ofSeconds(10))).isTrue();
        assertThatThrownBy(client::status)
                .isInstanceOf(PodGoneException.class)
                .hasMessageContaining("ECONNREFUSED");
    }

    @Test
    void killedZygote_isStartedAgainAndItsPodsLiveOn() throws Exception {
        var before = pods.create(1);
        long pid = pods.zygote().pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());

        var after = pods.create(2);

        assertThat(pods.zygote().pid()).isNotEqualTo(pid);
        assertThat(before.status().containers()).isEmpty();
        assertThat(after.status().containers()).isEmpty();
    }

    @Test
    void zygoteLock_isHeldWhileTheZygoteLivesAndByNoPod() throws IOException {
        var linux = LinuxSyscalls.load();
        var client = pods.create(1);
        assertThatThrownBy(
                        () ->
                                ZygoteLock.awaitNoForeignZygote(
                                        linux, runDirectory, Duration.ofMillis(20)))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.BUSY));

        pods.zygote().close();
        ZygoteLock.awaitNoForeignZygote(linux, runDirectory, Duration.ofSeconds(10));

        assertThat(client.status().pid()).isEqualTo(pods.lastProcess().pid());
    }

    private static Path namespaceOf(long pid, String name) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", name));
    }
}
