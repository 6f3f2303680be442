// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.runtime.app.Faults;
import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.spec.NamespaceOptions;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

class RemovePodSandboxComponentTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private TestNode node;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void remove_ofARunningPod_leavesNothing() throws IOException {
        var pod = node.runPod("p");
        node.start(pod, "c1");
        node.create(pod, "c2");

        node.sandboxes().remove().run(pod);

        assertThat(node.things()).isEmpty();
        assertThat(node.sandboxes().store().all()).isEmpty();
        assertThat(node.containers().store().list()).isEmpty();
    }

    @Test
    void remove_ofAStoppedPod_leavesNothing() throws IOException {
        var pod = node.runPod("p");
        node.start(pod, "c");
        node.sandboxes().stop().run(pod);

        node.sandboxes().remove().run(pod);

        assertThat(node.things()).isEmpty();
    }

    @Test
    void remove_again_isASuccess() throws IOException {
        var pod = node.runPod("p");
        node.sandboxes().remove().run(pod);

        node.sandboxes().remove().run(pod);
        node.sandboxes().remove().run(new PodSandboxId("00".repeat(32)));

        assertThat(node.things()).isEmpty();
    }

    @Test
    void remove_touchesNoOtherPod() throws IOException {
        var other = node.runPod("other");
        node.start(other, "c");
        var things = node.things();
        var pod = node.runPod("p");
        node.start(pod, "c");

        node.sandboxes().remove().run(pod);

        assertThat(node.things()).isEqualTo(things);
    }

    @Test
    void containerThatCannotBeRemoved_keepsNoOtherAndThePodsRecord() throws IOException {
        var pod = node.runPod("p");
        node.create(pod, "c1");
        node.create(pod, "c2");
        node.sandboxes().stop().run(pod);
        // Stopping again detaches; then the first container's parts are taken back.
        node.faults.arm(2, Faults.How.BEFORE);

        assertThatThrownBy(() -> node.sandboxes().remove().run(pod))
                .hasMessageContaining("made to fail: action 2, ");

        assertThat(node.containers().store().list()).hasSize(1);
        assertThat(node.sandboxes().store().list()).hasSize(1);
        node.sandboxes().remove().run(pod);
        assertThat(node.things()).isEmpty();
    }

    @Test
    void cgroupOfTheKubelet_stays() throws IOException {
        node.cgroups.make("/kubepods/pod1");
        var pod = runIn("p", "/kubepods/pod1");
        node.start(pod, "c");

        node.sandboxes().remove().run(pod);

        assertThat(node.cgroups.paths()).containsExactlyInAnyOrder("/kubepods", "/kubepods/pod1");
    }

    @Test
    void cgroupThatWasMadeForThePod_goes() throws IOException {
        var pod = runIn("p", "/mine");
        node.start(pod, "c");

        node.sandboxes().remove().run(pod);

        assertThat(node.cgroups.paths()).isEmpty();
    }

    @Test
    void cgroupThatOtherPodsWereMadeInToo_goesWithTheLastContainer() throws IOException {
        var first = runIn("first", "/shared");
        node.start(first, "c");
        var second = runIn("second", "/shared");
        var container = node.start(second, "c");

        node.sandboxes().remove().run(first);

        assertThat(node.cgroups.paths())
                .containsExactlyInAnyOrder("/shared", "/shared/" + container);
        assertThat(node.shim(second).containers()).hasSize(1);
    }

    private PodSandboxId runIn(String name, String cgroupParent) throws IOException {
        return node.sandboxes()
                .run()
                .run(Samples.pod(name, 0, cgroupParent, NamespaceOptions.pod()));
    }
}
