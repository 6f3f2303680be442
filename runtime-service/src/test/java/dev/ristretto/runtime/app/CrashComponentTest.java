// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * The daemon is killed before each thing that a request does to the world, and another one recovers
 * what is left: everything that exists then belongs to what List shows, all of it can be removed,
 * and a second recovery finds nothing to do.
 */
class CrashComponentTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private TestNode node;

    /** A request, or what comes before it. */
    @FunctionalInterface
    private interface Request {
        void make() throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void killedInRunPodSandbox() throws IOException {
        int kills = killEach(() -> {}, () -> node.runPod("p"));

        assertThat(kills).isEqualTo(5);
    }

    @Test
    void killedInCreateContainer() throws IOException {
        var pod = new PodSandboxId[1];

        int kills = killEach(() -> pod[0] = node.runPod("p"), () -> node.create(pod[0], "c"));

        assertThat(kills).isEqualTo(5);
    }

    @Test
    void killedInStartContainer() throws IOException {
        var container = new ContainerId[1];

        int kills =
                killEach(
                        () -> container[0] = node.create(node.runPod("p"), "c"),
                        () -> node.containers().start().run(container[0]));

        assertThat(kills).isGreaterThanOrEqualTo(2);
    }

    @Test
    void killedInRemoveContainer() throws IOException {
        var container = new ContainerId[1];

        int kills =
                killEach(
                        () -> container[0] = node.start(node.runPod("p"), "c"),
                        () -> node.containers().remove().run(container[0]));

        assertThat(kills).isGreaterThanOrEqualTo(5);
    }

    @Test
    void killedInStopPodSandbox() throws IOException {
        var pod = new PodSandboxId[1];

        int kills =
                killEach(
                        () -> {
                            pod[0] = node.runPod("p");
                            node.start(pod[0], "c1");
                            node.create(pod[0], "c2");
                        },
                        () -> node.sandboxes().stop().run(pod[0]));

        assertThat(kills).isGreaterThanOrEqualTo(4);
    }

    @Test
    void killedInRemovePodSandbox() throws IOException {
        var pod = new PodSandboxId[1];

        int kills =
                killEach(
                        () -> {
                            pod[0] = node.runPod("p");
                            node.start(pod[0], "c1");
                            node.create(pod[0], "c2");
                        },
                        () -> node.sandboxes().remove().run(pod[0]));

        assertThat(kills).isGreaterThanOrEqualTo(12);
    }

    private int killEach(Request prepare, Request request) throws IOException {
        for (int n = 1; ; n++) {
            prepare.make();
            node.faults.arm(n, Faults.How.KILLED);
            try {
                request.make();
            } catch (IOException | RuntimeException e) {
                assertThat(node.faults.tripped()).isTrue();
            }
            boolean tripped = node.faults.tripped();

            node.restart();

            everythingBelongsToWhatIsListed();
            recoveringAgainChangesNothing();
            everythingCanBeRemoved();
            if (!tripped) {
                return n - 1;
            }
        }
    }

    private void everythingBelongsToWhatIsListed() throws IOException {
        var pods = node.sandboxes().store().list();
        assertThat(node.sandboxes().store().all()).hasSameSizeAs(pods);
        var containers = node.containers().store().list();
        assertThat(node.things())
                .allMatch(
                        thing ->
                                pods.stream().anyMatch(p -> thing.contains(p.id().value()))
                                        || containers.stream()
                                                .anyMatch(c -> thing.contains(c.id().value())));
        for (var pod : pods) {
            boolean ready = pod.state() instanceof SandboxState.Ready;
            assertThat(node.zygote.living().contains(pod.id())).isEqualTo(ready);
            assertThat(node.networks.attached().contains(pod.id().value())).isEqualTo(ready);
        }
        assertThat(containers)
                .allMatch(c -> node.sandboxes().store().find(c.podSandboxId()).isPresent());
    }

    private void recoveringAgainChangesNothing() throws IOException {
        var things = node.things();
        var states = states();

        node.restart();

        assertThat(node.things()).isEqualTo(things);
        assertThat(states()).isEqualTo(states);
    }

    private TreeMap<String, Object> states() {
        var states = new TreeMap<String, Object>();
        node.sandboxes().store().list().forEach(p -> states.put(p.id().value(), p));
        node.containers().store().list().forEach(c -> states.put(c.id().value(), c));
        return states;
    }

    private void everythingCanBeRemoved() throws IOException {
        for (var pod : node.sandboxes().store().list()) {
            node.sandboxes().remove().run(pod.id());
        }
        assertThat(node.things()).isEmpty();
    }
}
