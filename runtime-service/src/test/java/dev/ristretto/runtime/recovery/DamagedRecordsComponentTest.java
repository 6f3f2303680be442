// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.shim.ContainerReport;
import dev.ristretto.runtime.shim.ExitStatus;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What cannot be read is never a reason to end what runs, and ends no other's service. */
class DamagedRecordsComponentTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private TestNode node;
    private PodSandboxId pod;
    private ContainerId container;
    private PodSandboxId other;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
        pod = node.runPod("p");
        container = node.start(pod, "c");
        other = node.runPod("other");
        node.kill();
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void podThatLives_keepsTheDaemonFromStarting() throws IOException {
        var file = damage(node.layout.podRecord(pod));
        var things = node.things();

        assertThatThrownBy(() -> node.boot())
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "read %s: it is not a record; what it describes still runs: restore the"
                                + " file, or delete it to have that ended",
                        file);

        assertThat(node.things()).isEqualTo(things);
        assertThat(node.shim(pod).container(container).orElseThrow())
                .isInstanceOf(ContainerReport.Running.class);
    }

    @Test
    void containerThatRuns_keepsTheDaemonFromStarting() throws IOException {
        var file = damage(node.layout.containerRecord(container));

        assertThatThrownBy(() -> node.boot())
                .hasMessageStartingWith("read %s: ".formatted(file))
                .hasMessageContaining("what it describes still runs");

        assertThat(node.shim(pod).container(container).orElseThrow())
                .isInstanceOf(ContainerReport.Running.class);
    }

    @Test
    void otherVersion_keepsTheDaemonFromStarting() throws IOException {
        var file = node.layout.podRecord(pod);
        Files.writeString(
                file, Files.readString(file).replace("\"schemaVersion\":1", "\"schemaVersion\":9"));
        var things = node.things();

        assertThatThrownBy(() -> node.boot())
                .hasMessageStartingWith("read %s: schemaVersion is 9".formatted(file));

        assertThat(node.things()).isEqualTo(things);
    }

    @Test
    void podThatIsDead_isSetAsideAndTheRestIsServed() throws IOException {
        node.shim(pod).kill();
        var file = damage(node.layout.podRecord(pod));

        node.boot();

        assertThat(node.sandboxes().store().list())
                .singleElement()
                .satisfies(s -> assertThat(s.id()).isEqualTo(other));
        assertThat(node.sandbox(other).state()).isInstanceOf(SandboxState.Ready.class);
        assertThat(node.containers().store().list()).isEmpty();
        assertThat(node.snapshots.containerIds()).isEmpty();
        assertThat(node.networks.attached()).containsExactly(other.value());
        assertThat(file).doesNotExist();
        assertThat(file.resolveSibling(file.getFileName() + ".damaged")).hasContent("{}");
        assertThat(node.runPod("p")).isNotNull();
    }

    @Test
    void containerThatHasEnded_isSetAsideAndItsPodIsServed() throws IOException {
        node.boot();
        node.shim(pod).end(container, new ExitStatus.Exited(0));
        node.awaitExit(container); // which writes its record
        node.kill();
        damage(node.layout.containerRecord(container));

        node.boot();

        assertThat(node.containers().store().list()).isEmpty();
        assertThat(node.snapshots.containerIds()).isEmpty();
        assertThat(node.sandbox(pod).state()).isInstanceOf(SandboxState.Ready.class);
        var again = node.start(pod, "c");
        assertThat(node.container(again).state()).isInstanceOf(ContainerState.Running.class);
    }

    @Test
    void whatWasSetAside_isNotLookedAtAgain() throws IOException {
        node.shim(pod).kill();
        damage(node.layout.podRecord(pod));
        node.boot();
        var things = node.things();

        node.restart();

        assertThat(node.things()).isEqualTo(things);
    }

    private static Path damage(Path record) throws IOException {
        return Files.writeString(record, "{}");
    }
}
