// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.image.ImageStores;
import dev.ristretto.image.manifest.Platform;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.shim.Podshim;
import dev.ristretto.runtime.shim.ZygoteLock;
import dev.ristretto.runtime.spec.PodLimits;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.store.JsonRecords;
import dev.ristretto.runtime.store.StateLayout;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** How a daemon starts, and what it leaves if it does not. Runs no pod. */
class DaemonComponentTest {
    private static final PodSandboxId POD = new PodSandboxId("ab".repeat(32));

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    @Test
    void daemonBesideOneThatServes_isRefusedAndTouchesNothingOfIt() throws IOException {
        try (var _ = openStores()) {
            var layout = layout();
            Files.createDirectories(layout.podRecords());
            var record = writeHalfMadePod(layout);
            Files.createDirectories(layout.podRunDir(POD));

            var refusal = Refusal.of(() -> Daemon.start(config(Path.of("/nowhere")), "1"));

            assertThat(refusal.kind()).isEqualTo(FaultKind.BUSY);
            assertThat(refusal.message())
                    .contains("another process has it open")
                    .contains(directory.resolve("state").toString());
            assertThat(record).exists();
            assertThat(layout.podRunDir(POD)).exists();
            assertThat(directory.resolve("run/zygote.sock")).doesNotExist();
        }
    }

    @Test
    void startThatFails_closesWhatWasOpen() throws IOException {
        var refusal = Refusal.of(() -> Daemon.start(config(Path.of("/nowhere/podshim")), "1"));

        assertThat(refusal.kind()).isEqualTo(FaultKind.INTERNAL);
        assertThat(refusal.message())
                .startsWith("start the zygote /nowhere/podshim: ")
                .endsWith("check the podshim key of the configuration");
        try (var stores = openStores()) {
            assertThat(stores.images().list()).isEmpty();
        }
    }

    @Test
    void startThatCannotRecover_endsItsZygoteAndKeepsEveryRecord() throws IOException {
        var podshim = Podshim.binary();
        assumeTrue(podshim.isPresent(), "no podshim: run make in native-linux/src/main/c/podshim");
        var layout = layout();
        Files.createDirectories(layout.podRecords());
        var record = writeHalfMadePod(layout);
        var other = layout.podRecords().resolve("00.json");
        Files.writeString(other, "{\"schemaVersion\":2}");

        assertThatThrownBy(() -> Daemon.start(config(podshim.orElseThrow()), "1"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("read %s: schemaVersion is 2".formatted(other));

        assertThat(record).exists();
        ZygoteLock.awaitNoForeignZygote(
                LinuxSyscalls.load(), directory.resolve("run"), Duration.ofSeconds(5));
        try (var stores = openStores()) {
            assertThat(stores.images().list()).isEmpty();
        }
    }

    private ImageStores openStores() throws IOException {
        return ImageStores.open(
                LinuxSyscalls.load(),
                new ImageStores.Settings(
                        directory.resolve("state"), Platform.ofArchitecture("amd64"), 1, 1),
                InstantSource.system());
    }

    private StateLayout layout() {
        return new StateLayout(directory.resolve("run"), directory.resolve("state"));
    }

    private Path writeHalfMadePod(StateLayout layout) throws IOException {
        var file = layout.podRecord(POD);
        new JsonRecords<>(Sandbox.class, _ -> file)
                .write(
                        new Sandbox(
                                POD,
                                Samples.pod("p"),
                                Instant.EPOCH,
                                "/nowhere",
                                false,
                                PodLimits.none(),
                                new SandboxState.Creating()));
        return file;
    }

    private RistrettoConfig config(Path podshim) {
        var defaults = RistrettoConfig.defaults();
        return new RistrettoConfig(
                directory.resolve("r.sock"),
                "",
                directory.resolve("run"),
                directory.resolve("state"),
                podshim,
                "/ristretto-rtest-none",
                defaults.unsetSeccompProfile(),
                new RistrettoConfig.Network(
                        "host",
                        defaults.network().bridge(),
                        defaults.network().ipv4Subnet(),
                        defaults.network().ipv6Subnet(),
                        defaults.network().mtu(),
                        defaults.network().masquerade(),
                        defaults.network().cni()),
                defaults.registry(),
                defaults.image(),
                defaults.streaming(),
                defaults.cdi(),
                defaults.metrics(),
                new RistrettoConfig.Logging("ERROR", "text"),
                defaults.tracing());
    }
}
