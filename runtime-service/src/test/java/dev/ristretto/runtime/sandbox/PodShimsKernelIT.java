// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.plan.SandboxPlan;
import dev.ristretto.runtime.shim.Podshim;
import dev.ristretto.runtime.shim.ShimTransport;
import dev.ristretto.runtime.shim.ZygoteProcess;
import dev.ristretto.runtime.spec.PodLimits;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.store.StateLayout;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;

/** Ends real podshims, those that answer and those that do not. */
@Tag("root")
class PodShimsKernelIT {
    private static final PodSandboxId ID = new PodSandboxId("5d".repeat(32));

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private final LinuxSyscalls linux = LinuxSyscalls.load();
    private final ShimTransport transport = new ShimTransport(Duration.ofMillis(300));
    private ZygoteProcess zygote;
    private PodShims shims;
    private int pid;

    @BeforeEach
    void start() throws IOException {
        var podshim = Podshim.binary();
        assumeTrue(podshim.isPresent(), "no podshim: run make in native-linux/src/main/c/podshim");
        var layout = new StateLayout(directory, directory);
        Files.createDirectories(layout.podRunDir(ID));
        zygote = ZygoteProcess.start(podshim.orElseThrow(), directory, transport);
        shims = new PodShims(zygote, transport, layout, linux);
        var config = Samples.pod("p");
        pid =
                shims.create(
                        new Sandbox(
                                ID,
                                config,
                                Instant.EPOCH,
                                "/none",
                                false,
                                PodLimits.none(),
                                new SandboxState.Creating()),
                        SandboxPlan.program(config));
    }

    @AfterEach
    void stop() throws IOException {
        if (shims != null) {
            shims.killAll(ID);
            zygote.close();
        }
        transport.close();
    }

    @Test
    void podshimAndItsPid1_areFoundByTheirName() throws IOException {
        assertThat(PodProcesses.of(ID)).hasSize(2).contains(pid);
        assertThat(PodProcesses.of(new PodSandboxId("5e".repeat(32)))).isEmpty();
    }

    @Test
    void end_leavesNoProcess() throws IOException {
        shims.end(ID, OptionalInt.of(pid));

        assertThat(PodProcesses.of(ID)).isEmpty();
        assertThat(shims.running(ID)).isEmpty();
    }

    @Test
    void end_askedForThePid_leavesNoProcess() throws IOException {
        shims.end(ID, OptionalInt.empty());

        assertThat(PodProcesses.of(ID)).isEmpty();
    }

    @Test
    void end_again_isFine() throws IOException {
        shims.end(ID, OptionalInt.of(pid));

        shims.end(ID, OptionalInt.of(pid));
    }

    @Test
    void end_ofOneThatWasStopped_killsIt() throws Exception {
        signal("STOP");

        shims.end(ID, OptionalInt.of(pid));

        assertThat(PodProcesses.of(ID)).isEmpty();
    }

    @Test
    void end_ofOneThatWasStoppedAndIsNotKnown_killsIt() throws Exception {
        signal("STOP");

        shims.end(ID, OptionalInt.empty());

        assertThat(PodProcesses.of(ID)).isEmpty();
    }

    @Test
    void killAll_endsOneThatNobodyCanReach() throws IOException {
        Files.delete(directory.resolve("pods").resolve(ID.value()).resolve("shim.sock"));

        shims.killAll(ID);

        assertThat(PodProcesses.of(ID)).isEmpty();
    }

    private void signal(String name) throws Exception {
        var kill = new ProcessBuilder("kill", "-" + name, Integer.toString(pid)).start();
        assertThat(kill.waitFor()).isZero();
    }
}
