// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.cgroup.CgroupStats;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;

class ContainerUsageTest {
    private static final CgroupStats STATS =
            new CgroupStats(1, 2, 3, 4, 5, 6, OptionalLong.of(7), 8, 9);

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private TestNode node;
    private PodSandboxId pod;
    private ContainerUsage usage;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
        pod = node.runPod("p");
        usage = new ContainerUsage(node.cgroups, node.snapshots, node.clock);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void runningContainer_isReadNow() throws IOException {
        var id = node.start(pod, "c");
        node.cgroups.use(node.container(id).cgroup(), STATS);
        node.snapshots.measure(id.value(), 8192, 3);

        var reading = usage.read(node.container(id));

        assertThat(reading.readAt()).isEqualTo(node.clock.instant());
        assertThat(reading.cgroup()).contains(STATS);
        assertThat(reading.layer())
                .contains(new ContainerUsage.Layer(node.clock.instant(), 8192, 3));
    }

    @Test
    void containerThatDoesNotRun_usesOnlyItsLayer() throws IOException {
        var id = node.create(pod, "c");

        var reading = usage.read(node.container(id));

        assertThat(reading.cgroup()).isEmpty();
        assertThat(reading.layer()).isPresent();
    }

    @Test
    void containerThatIsGoneMeanwhile_usesNothing() throws IOException {
        var container = node.container(node.start(pod, "c"));
        node.containers().remove().run(container.id());

        var reading = usage.read(container);

        assertThat(reading.cgroup()).isEmpty();
        assertThat(reading.layer()).isEmpty();
    }

    @Test
    void layer_isWalkedOnceIn10Seconds() throws IOException {
        var id = node.start(pod, "c");
        var measuredAt = node.clock.instant();
        usage.read(node.container(id));
        node.clock.advance(Duration.ofSeconds(9));

        var reading = usage.read(node.container(id));

        assertThat(node.snapshots.walks()).isEqualTo(1);
        assertThat(reading.layer().orElseThrow().measuredAt()).isEqualTo(measuredAt);
        node.clock.advance(Duration.ofSeconds(1));
        usage.read(node.container(id));
        assertThat(node.snapshots.walks()).isEqualTo(2);
    }

    @Test
    void whatIsRememberedOfContainersThatAreGone_isDropped() throws IOException {
        ContainerId id = node.start(pod, "c");
        usage.read(node.container(id));

        usage.retain(Set.of());

        usage.read(node.container(id));
        assertThat(node.snapshots.walks()).isEqualTo(2);
    }
}
