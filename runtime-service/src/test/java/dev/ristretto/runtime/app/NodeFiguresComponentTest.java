// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.shim.ExitStatus;
import dev.ristretto.runtime.shim.FakeRequest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** What the metrics count of pods, containers and podshims. */
@Timeout(60)
class NodeFiguresComponentTest {
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

    private long metric(String sample) {
        return node.metrics()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToLong(line -> Long.parseLong(line.substring(sample.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(sample + " in " + node.metrics()));
    }

    @Test
    void endsOfContainers_areCountedByReason() throws IOException {
        var pod = node.runPod("p");
        var killed = node.start(pod, "killed");
        var done = node.start(pod, "done");
        assertThat(metric("ristretto_container_ends_total{reason=\"OOMKilled\"}")).isZero();

        node.cgroups.killForMemory(node.container(killed).cgroup());
        node.shim(pod).end(killed, new ExitStatus.Signaled(9));
        node.shim(pod).end(done, new ExitStatus.Exited(0));
        node.awaitExit(killed);
        node.awaitExit(done);

        TestNode.await(() -> metric("ristretto_container_ends_total{reason=\"OOMKilled\"}") == 1);
        TestNode.await(() -> metric("ristretto_container_ends_total{reason=\"Completed\"}") == 1);
        assertThat(metric("ristretto_container_ends_total{reason=\"Error\"}")).isZero();
    }

    @Test
    void podshimThatEndsUnasked_isLost() throws IOException {
        var pod = node.runPod("p");

        node.shim(pod).kill();
        node.awaitStopped(pod);

        assertThat(metric("ristretto_podshim_faults_total{kind=\"lost\"}")).isEqualTo(1);
        assertThat(metric("ristretto_podshim_faults_total{kind=\"silent\"}")).isZero();
    }

    @Test
    void podThatIsStopped_isNoFault() throws IOException {
        var pod = node.runPod("p");

        node.sandboxes().stop().run(pod);

        assertThat(metric("ristretto_podshim_faults_total{kind=\"lost\"}")).isZero();
    }

    @Test
    void podshimThatDoesNotAnswer_isSilent() throws IOException {
        node.withPatience(Duration.ofMillis(200));
        var pod = node.runPod("p");
        var container = node.create(pod, "c");
        node.shim(pod).silentFor(FakeRequest.Start.class);

        Refusal.of(() -> node.containers().start().run(container));

        assertThat(metric("ristretto_podshim_faults_total{kind=\"silent\"}")).isPositive();
    }

    @Test
    void podshimThatSpeaksAnotherProtocol_isCounted() throws IOException {
        var pod = node.runPod("p");
        var container = node.create(pod, "c");
        node.shim(pod)
                .answering(
                        (_, connection) -> connection.send(7000, new byte[0]),
                        FakeRequest.Start.class);

        Refusal.of(() -> node.containers().start().run(container));

        assertThat(metric("ristretto_podshim_faults_total{kind=\"protocol\"}")).isEqualTo(1);
    }
}
