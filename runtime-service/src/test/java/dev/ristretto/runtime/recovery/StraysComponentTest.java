// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.app.Faults;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.network.PodAttachment;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.shim.ContainerReport;
import dev.ristretto.runtime.shim.Program;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What no record names goes, and nothing else does. */
class StraysComponentTest {
    private static final PodSandboxId STRAY_POD = new PodSandboxId("5a".repeat(32));
    private static final ContainerId STRAY = new ContainerId("5b".repeat(32));

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private TestNode node;
    private PodSandboxId pod;
    private ContainerId container;
    private Set<String> things = Set.of();

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
        pod = node.runPod("p");
        container = node.start(pod, "c");
        things = node.things();
        node.kill();
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void runDirectoryWithoutAPodshim_goes() throws IOException {
        Files.createDirectories(node.layout.podFiles(STRAY_POD));

        onlyTheRestIsLeft();
    }

    @Test
    void podshimWithARunningContainer_ends() throws IOException {
        strayPodshim();
        node.shim(STRAY_POD).startSilently(STRAY);

        onlyTheRestIsLeft();
    }

    @Test
    void podshimThatDoesNotAnswer_isKilled() throws IOException {
        strayPodshim();
        node.shim(STRAY_POD).silent();
        node.withPatience(Duration.ofMillis(100)); // restarts

        assertThat(node.things()).isEqualTo(things);
    }

    @Test
    void directoryWithAnotherName_isLeftAlone() throws IOException {
        Files.createDirectory(node.layout.runDirs().resolve("lost+found"));

        node.boot();

        assertThat(node.layout.runDirs().resolve("lost+found")).exists();
        assertThat(node.sandbox(pod).state()).isInstanceOf(SandboxState.Ready.class);
    }

    @Test
    void network_goes() throws IOException {
        node.networks.attachStray(
                new PodAttachment(STRAY_POD.value(), "x/y", Path.of("/x"), List.of()));

        onlyTheRestIsLeft();
    }

    @Test
    void layer_goes() throws IOException {
        node.snapshots.make(STRAY.value());

        onlyTheRestIsLeft();
    }

    @Test
    void cgroupInAPods_goesWithItsProcesses() throws IOException {
        var cgroup = node.sandbox(pod).cgroup() + "/" + STRAY;
        node.cgroups.make(cgroup);
        node.cgroups.populate(cgroup, 4711);

        onlyTheRestIsLeft();
    }

    @Test
    void cgroupOfOthersInAPods_stays() throws IOException {
        var cgroup = node.sandbox(pod).cgroup() + "/theirs";
        node.cgroups.make(cgroup);

        node.boot();

        assertThat(node.cgroups.paths()).contains(cgroup);
    }

    @Test
    void containerWithoutItsPodsRecord_goesThoughItRuns() throws IOException {
        Files.delete(node.layout.podRecord(pod));

        node.boot();

        assertThat(node.containers().store().list()).isEmpty();
        assertThat(node.zygote.living()).isEmpty();
        assertThat(node.things()).containsExactly("cgroup /ristretto/" + pod);
    }

    @Test
    void containerThatRunsWithoutARecord_isKilled() throws IOException {
        Files.delete(node.layout.containerRecord(container));

        node.boot();

        assertThat(node.containers().store().list()).isEmpty();
        assertThat(node.shim(pod).container(container).orElseThrow())
                .isInstanceOf(ContainerReport.Exited.class);
        assertThat(node.snapshots.containerIds()).isEmpty();
        assertThat(node.sandbox(pod).state()).isInstanceOf(SandboxState.Ready.class);
    }

    @Test
    void unfinishedWrite_goes() throws IOException {
        Files.writeString(node.layout.podRecords().resolve(".x.json.0123.tmp"), "{\"sche");
        Files.writeString(node.layout.containerRecords().resolve(".x.json.0123.tmp"), "");

        onlyTheRestIsLeft();
    }

    @Test
    void fileThatIsNoRecord_isLeftAlone() throws IOException {
        var file = Files.writeString(node.layout.podRecords().resolve("NOTES"), "mine");

        node.boot();

        assertThat(file).hasContent("mine");
    }

    @Test
    void strayThatCannotBeRemoved_keepsNoOtherFromBeingRemovedNorServed() throws IOException {
        node.snapshots.make(STRAY.value());
        node.cgroups.make(node.sandbox(pod).cgroup() + "/" + STRAY);
        node.faults.arm(1, Faults.How.BEFORE);

        node.boot();

        assertThat(node.faults.actions()).element(0).isEqualTo("remove snapshot " + STRAY);
        assertThat(node.snapshots.containerIds()).contains(STRAY.value());
        assertThat(node.cgroups.paths()).noneMatch(path -> path.contains(STRAY.value()));
        node.containers().stop().run(container, Duration.ZERO);
        assertThat(node.awaitExit(container).exitCode()).isEqualTo(137);
        node.restart();
        assertThat(node.snapshots.containerIds()).doesNotContain(STRAY.value());
    }

    @Test
    void strays_ofAllKinds_goAtOnceAndForEver() throws IOException {
        strayPodshim();
        node.shim(STRAY_POD).startSilently(STRAY);
        node.networks.attachStray(
                new PodAttachment(STRAY_POD.value(), "x/y", Path.of("/x"), List.of()));
        node.snapshots.make(STRAY.value());
        node.cgroups.make(node.sandbox(pod).cgroup() + "/" + STRAY);
        Files.writeString(node.layout.podRecords().resolve(".x.json.0123.tmp"), "");

        onlyTheRestIsLeft();

        node.kill();
        onlyTheRestIsLeft();
    }

    private void strayPodshim() throws IOException {
        Files.createDirectories(node.layout.podRunDir(STRAY_POD));
        node.zygote.createPod(STRAY_POD, node.layout.podRunDir(STRAY_POD), Program.of(List.of()));
    }

    private void onlyTheRestIsLeft() throws IOException {
        node.boot();

        assertThat(node.things()).isEqualTo(things);
        assertThat(node.shim(pod).container(container).orElseThrow())
                .isInstanceOf(ContainerReport.Running.class);
    }
}
