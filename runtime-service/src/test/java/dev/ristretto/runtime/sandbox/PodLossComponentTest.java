// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.container.ContainerState;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A podshim is killed though nobody asked the daemon to end the pod. */
class PodLossComponentTest {
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
    void podAndItsContainers_haveStopped() throws IOException {
        var pod = node.runPod("p");
        var container = node.start(pod, "c");
        var started = node.clock.instant();
        node.clock.advance(Duration.ofMinutes(1));

        node.shim(pod).kill();

        assertThat(node.awaitExit(container))
                .isEqualTo(
                        new ContainerState.Exited(
                                Optional.of(started),
                                node.clock.instant(),
                                255,
                                "ContainerStatusUnknown",
                                "its podshim ended, and how the container ended with it"));
        node.awaitStopped(pod);
    }

    @Test
    void whatIsLeftOfContainers_isKilled() throws IOException {
        var pod = node.runPod("p");
        var container = node.container(node.start(pod, "c"));
        node.cgroups.populate(container.cgroup(), 4711);

        node.shim(pod).kill();

        node.awaitStopped(pod);
        assertThat(node.cgroups.at(container.cgroup()).processes()).isEmpty();
    }

    @Test
    void exitThatThePodshimWroteDown_isKnown() throws IOException {
        var pod = node.runPod("p");
        var container = node.start(pod, "c");
        node.kill();
        var exits = node.layout.podRunDir(pod).resolve("exits");
        Files.writeString(
                exits.resolve(container.value()),
                "1 exited 42 1760000000000000000 1760000001000000000\n");
        node.shim(pod).kill();

        node.restart();

        assertThat(node.awaitExit(container).exitCode()).isEqualTo(42);
        assertThat(node.awaitExit(container).reason()).isEqualTo("Error");
    }

    @Test
    void containerThatEndedBefore_keepsItsExit() throws IOException {
        var pod = node.runPod("p");
        var container = node.start(pod, "c");
        node.containers().stop().run(container, Duration.ZERO);
        var end = node.awaitExit(container);

        node.shim(pod).kill();

        node.awaitStopped(pod);
        assertThat(node.container(container).state()).isEqualTo(end);
    }

    @Test
    void containerThatWasNotStarted_staysCreated() throws IOException {
        var pod = node.runPod("p");
        var container = node.create(pod, "c");

        node.shim(pod).kill();

        node.awaitStopped(pod);
        assertThat(node.container(container).state()).isEqualTo(new ContainerState.Created());
    }

    @Test
    void networkThatCannotBeTaken_isTakenWhenThePodIsStopped() throws IOException {
        var pod = node.runPod("p");
        node.faults.armFor("detach network of ");

        node.shim(pod).kill();

        TestNode.await(() -> node.faults.tripped());
        TestNode.await(() -> node.sandbox(pod).state() instanceof SandboxState.NotReady);
        assertThat(node.networks.attached()).hasSize(1);
        node.sandboxes().stop().run(pod);
        assertThat(node.networks.attached()).isEmpty();
    }

    @Test
    void deadPod_canBeRemoved() throws IOException {
        var pod = node.runPod("p");
        node.start(pod, "c");
        node.shim(pod).kill();

        node.sandboxes().remove().run(pod);

        assertThat(node.things()).isEmpty();
    }
}
