// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.shim.ExitStatus;
import dev.ristretto.runtime.shim.FakeRequest;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** A daemon goes on with what lives and knows what ended while there was none. */
class RecoveryComponentTest {
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
    void firstStart_findsNothing() throws IOException {
        node.restart();

        assertThat(node.things()).isEmpty();
        assertThat(node.networks.retained()).containsExactly(Set.of());
    }

    @Test
    void whatRuns_isTheSameAsBefore() throws IOException {
        var pod = node.runPod("p");
        var container = node.start(pod, "c");
        var sandboxBefore = node.sandbox(pod);
        var containerBefore = node.container(container);
        var things = node.things();

        node.restart();

        assertThat(node.sandbox(pod)).isEqualTo(sandboxBefore);
        assertThat(node.container(container)).isEqualTo(containerBefore);
        assertThat(node.things()).isEqualTo(things);
        assertThat(node.networks.retained().getLast()).containsExactly(pod.value());
        assertThat(node.shim(pod).requests(FakeRequest.Signal.class)).isEmpty();
    }

    @Test
    void whatRuns_canBeUsedAsBefore() throws IOException {
        var pod = node.runPod("p");
        var container = node.start(pod, "c");

        node.restart();

        assertThat(node.runPod("p")).isEqualTo(pod);
        assertThat(node.create(pod, "c")).isEqualTo(container);
        var another = node.start(pod, "another");
        node.shim(pod).end(container, new ExitStatus.Exited(4));
        node.shim(pod).end(another, new ExitStatus.Exited(5));
        assertThat(node.awaitExit(container).exitCode()).isEqualTo(4);
        assertThat(node.awaitExit(another).exitCode()).isEqualTo(5);
    }

    @Test
    void exitWhileThereWasNoDaemon_isKnown() throws IOException {
        var pod = node.runPod("p");
        var container = node.start(pod, "c");
        var started = node.clock.instant();
        node.kill();
        node.cgroups.killForMemory(node.container(container).cgroup());
        node.clock.advance(Duration.ofMinutes(1));
        node.shim(pod).end(container, new ExitStatus.Signaled(9));
        node.clock.advance(Duration.ofMinutes(1));

        node.boot();

        var end = (ContainerState.Exited) node.container(container).state();
        assertThat(end.exitCode()).isEqualTo(137);
        assertThat(end.reason()).isEqualTo("OOMKilled");
        assertThat(end.startedAt()).contains(started);
        assertThat(end.finishedAt()).isEqualTo(started.plusSeconds(60));
    }

    @Test
    void startThatWasNotRecorded_isKnown() throws IOException {
        var pod = node.runPod("p");
        var container = node.create(pod, "c");
        node.kill();
        node.shim(pod).startSilently(container);

        node.boot();

        assertThat(node.container(container).state()).isInstanceOf(ContainerState.Running.class);
    }

    @Test
    void startAndExitThatWereNotRecorded_areKnown() throws IOException {
        var pod = node.runPod("p");
        var container = node.create(pod, "c");
        node.kill();
        node.shim(pod).startSilently(container);
        node.shim(pod).end(container, new ExitStatus.Exited(6));

        node.boot();

        assertThat(node.awaitExit(container).exitCode()).isEqualTo(6);
    }

    @Test
    void runningContainerThatItsPodshimDoesNotKnow_hasEndedSomehow() throws IOException {
        var pod = node.runPod("p");
        var container = node.start(pod, "c");
        node.kill();
        node.shim(pod).lose(container);

        node.boot();

        assertThat(node.awaitExit(container).reason()).isEqualTo("ContainerStatusUnknown");
        assertThat(node.sandbox(pod).state()).isInstanceOf(SandboxState.Ready.class);
    }

    @Test
    void createdContainer_isPreparedAgain() throws IOException {
        var pod = node.runPod("p");
        var container = node.container(node.create(pod, "c"));
        node.kill();
        node.cgroups.at(container.cgroup()).delete(Duration.ZERO);

        node.boot();

        assertThat(node.cgroups.limits(container.cgroup())).isEqualTo(container.limits());
        node.containers().start().run(container.id());
    }

    @Test
    void podshimThatWentMeanwhile_isAStoppedPod() throws IOException {
        var pod = node.runPod("p");
        var running = node.start(pod, "running");
        var created = node.create(pod, "created");
        node.kill();
        node.shim(pod).kill();

        node.boot();

        assertThat(node.sandbox(pod).state()).isEqualTo(new SandboxState.NotReady());
        assertThat(node.networks.attached()).isEmpty();
        assertThat(node.awaitExit(running).exitCode()).isEqualTo(255);
        assertThat(node.container(created).state()).isEqualTo(new ContainerState.Created());
    }

    @Test
    void afterAReboot_everythingHasStoppedAndCanBeRemoved() throws IOException {
        var pod = node.runPod("p");
        var container = node.start(pod, "c");
        var sandboxBefore = node.sandbox(pod);
        reboot(pod);

        assertThat(node.sandbox(pod).state()).isEqualTo(new SandboxState.NotReady());
        assertThat(node.sandbox(pod).config()).isEqualTo(sandboxBefore.config());
        assertThat(node.awaitExit(container).reason()).isEqualTo("ContainerStatusUnknown");
        node.containers().remove().run(container);
        node.sandboxes().remove().run(pod);
        assertThat(node.things()).isEmpty();
    }

    @Test
    void stoppedPod_staysStopped() throws IOException {
        var pod = node.runPod("p");
        var container = node.start(pod, "c");
        node.sandboxes().stop().run(pod);
        var before = node.container(container);

        node.restart();

        assertThat(node.sandbox(pod).state()).isEqualTo(new SandboxState.NotReady());
        assertThat(node.container(container)).isEqualTo(before);
    }

    private void reboot(PodSandboxId pod) throws IOException {
        node.kill();
        node.shim(pod).close();
        Files.delete(node.layout.podRunDir(pod).resolve("exits"));
        for (var file : new String[] {"hostname", "hosts", "resolv.conf"}) {
            Files.delete(node.layout.podFiles(pod).resolve(file));
        }
        Files.delete(node.layout.podFiles(pod));
        Files.delete(node.layout.podRunDir(pod));
        node.cgroups.at(TestNode.CGROUP_PARENT).delete(Duration.ZERO);
        node.networks.retain(Set.of());
        node.boot();
    }
}
