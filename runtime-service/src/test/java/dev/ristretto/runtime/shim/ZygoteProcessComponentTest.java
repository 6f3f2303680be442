// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The zygote's process is a shell script here: what counts is how it is led. */
class ZygoteProcessComponentTest {
    private static final PodSandboxId POD = new PodSandboxId("ab".repeat(32));
    private static final Program PROGRAM = Program.of(List.of(new ShimOp.LoopbackUp()));

    /** Lives as long as its lease. */
    private static final String GOOD = "echo ready; exec cat >/dev/null";

    @TempDir private Path directory;
    private final ShimTransport transport = new ShimTransport(Duration.ofSeconds(10));

    @AfterEach
    void stop() {
        transport.close();
    }

    @Test
    void createPod_asksAsTheWirePageSays() throws Exception {
        try (var server = RawServer.at(directory.resolve("zygote.sock"), 16);
                var zygote = start(GOOD)) {
            var request = server.answering(new FakeFrame(35, "\u0067\u0012\0\0"));

            int pid = zygote.createPod(POD, directory, PROGRAM);

            assertThat(pid).isEqualTo(4711);
            var in = new ProgramReader(request.get().payload());
            assertThat(request.get().type()).isEqualTo(1);
            assertThat(in.str()).isEqualTo(POD.value());
            assertThat(in.str()).isEqualTo(directory.toString());
            assertThat(in.program()).isEqualTo(PROGRAM.operations());
            assertThat(in.atEnd()).isTrue();
        }
    }

    @Test
    void close_takesTheLeaseAway() throws IOException {
        var zygote = start(GOOD);
        var process = ProcessHandle.of(zygote.pid()).orElseThrow();

        zygote.close();

        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void environment_isNotHandedOn() throws IOException {
        var seen = directory.resolve("environment");
        try (var zygote = start("tr '\\0' '\\n' </proc/$$/environ >%s; ".formatted(seen) + GOOD)) {
            assertThat(zygote.pid()).isPositive();
        }
        assertThat(seen).isEmptyFile();
    }

    @Test
    void binaryThatIsMissing_isNamed() {
        assertThatThrownBy(() -> ZygoteProcess.start(directory.resolve("no"), directory, transport))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INTERNAL))
                .hasMessageContaining("start the zygote %s/no: ", directory)
                .hasMessageEndingWith("check the podshim key of the configuration");
    }

    @Test
    void otherWordsThanReady_areShown() {
        assertThatThrownBy(() -> start("echo usage: what"))
                .isInstanceOf(RuntimeFault.class)
                .hasMessageContaining("it said 'usage: what' instead of 'ready'");
    }

    @Test
    void zygoteThatIsNeverReady_isBusyAndKilled() throws IOException {
        var pidFile = directory.resolve("pid");
        var script = script("echo $$ >%s; exec sleep 600".formatted(pidFile));
        try (var impatient = new ShimTransport(Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> ZygoteProcess.start(script, directory, impatient))
                    .isInstanceOfSatisfying(
                            RuntimeFault.class,
                            fault -> assertThat(fault.kind()).isEqualTo(FaultKind.BUSY))
                    .hasMessageContaining("not ready within 1000 ms");
        }
        ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()))
                .ifPresent(process -> process.onExit().join());
    }

    @Test
    void zygoteThatDiesAgainAndAgain_isGivenUp() throws IOException {
        try (var zygote = start("echo ready")) {
            for (int i = 0; i < 4; i++) {
                assertThatThrownBy(() -> zygote.createPod(POD, directory, PROGRAM))
                        .isInstanceOf(PodGoneException.class);
            }

            assertThatThrownBy(() -> zygote.createPod(POD, directory, PROGRAM))
                    .isInstanceOf(RuntimeFault.class)
                    .hasMessageContaining("it died 5 times within a minute");
        }
    }

    @Test
    void zygoteLock_thatNobodyMade_isFree() throws IOException {
        ZygoteLock.awaitNoForeignZygote(LinuxSyscalls.load(), directory, Duration.ZERO);

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void zygoteLock_isWaitedFor() throws Exception {
        var linux = LinuxSyscalls.load();
        var file = Files.createFile(directory.resolve("zygote.lock"));
        var holder = Fd.open(linux, file, FileFlags.O_RDWR);
        linux.flock(holder.number(), FileFlags.LOCK_EX);
        var failure = new CompletableFuture<String>();
        var waiter =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                ZygoteLock.awaitNoForeignZygote(
                                        linux, directory, Duration.ofSeconds(30));
                                failure.complete("none");
                            } catch (IOException | RuntimeFault e) {
                                failure.complete(e.toString());
                            }
                        });
        assertThat(waiter.join(Duration.ofMillis(20))).isFalse();

        holder.close();

        assertThat(failure.get()).isEqualTo("none");
    }

    private ZygoteProcess start(String script) throws IOException {
        return ZygoteProcess.start(script(script), directory, transport);
    }

    private Path script(String body) throws IOException {
        var file = directory.resolve("podshim");
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
