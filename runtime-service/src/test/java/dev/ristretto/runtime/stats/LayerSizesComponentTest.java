// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Layers are measured by a thread of its own, not by who asks. */
@Timeout(60)
class LayerSizesComponentTest {
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private TestNode node;
    private PodSandboxId pod;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
        pod = node.runPod("p");
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    private LayerSizes sizes(Duration round) {
        return LayerSizes.of(node.containers().store(), node.snapshots, node.clock, round);
    }

    @Test
    void layersThatAreThere_areMeasured() throws IOException {
        var id = node.start(pod, "c");
        node.snapshots.measure(id.value(), 8192, 3);
        try (var sizes = sizes(LONG)) {
            TestNode.await(() -> sizes.of(id).isPresent());

            assertThat(sizes.of(id)).contains(new LayerSizes.Size(node.clock.instant(), 8192, 3));
        }
    }

    @Test
    void newContainer_isMeasuredAtOnce() throws IOException {
        try (var sizes = sizes(LONG)) {
            var id = node.create(pod, "c");

            TestNode.await(() -> sizes.of(id).isPresent());
        }
    }

    @Test
    void asking_doesNotWalk() throws IOException {
        var id = node.start(pod, "c");
        try (var sizes = sizes(LONG)) {
            TestNode.await(() -> sizes.of(id).isPresent());
            int walks = node.snapshots.walks();
            for (int i = 0; i < 1000; i++) {
                assertThat(sizes.of(id)).isPresent();
            }

            // The one walk of the first round may still come.
            assertThat(node.snapshots.walks()).isBetween(walks, walks + 1);
        }
    }

    @Test
    void layersThatGrow_areMeasuredAgain() throws IOException {
        var id = node.start(pod, "c");
        try (var sizes = sizes(Duration.ofMillis(5))) {
            TestNode.await(() -> sizes.of(id).isPresent());
            node.snapshots.measure(id.value(), 1 << 20, 30);

            TestNode.await(() -> bytes(sizes.of(id)) == 1 << 20);
        }
    }

    private static long bytes(Optional<LayerSizes.Size> size) {
        return size.map(LayerSizes.Size::bytes).orElse(-1L);
    }

    @Test
    void containerThatIsRemoved_isForgotten() throws IOException {
        var id = node.create(pod, "c");
        try (var sizes = sizes(Duration.ofMillis(5))) {
            TestNode.await(() -> sizes.of(id).isPresent());
            node.containers().remove().run(id);

            TestNode.await(() -> sizes.of(id).isEmpty());
        }
    }
}
