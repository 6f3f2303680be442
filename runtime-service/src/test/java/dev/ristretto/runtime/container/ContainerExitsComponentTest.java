// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.app.FakeImages;
import dev.ristretto.runtime.app.Faults;
import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.shim.ExitStatus;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.NamespaceOptions;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.store.JsonRecords;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How ends that podshims announce are recorded. */
class ContainerExitsComponentTest {
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

    @ParameterizedTest
    @CsvSource({"0, Completed", "1, Error", "42, Error", "255, Error"})
    void exitCode_isRecordedWithItsReason(int code, String reason) throws IOException {
        var id = node.start(pod, "c");
        var started = node.clock.instant();
        node.clock.advance(Duration.ofSeconds(3));

        node.shim(pod).end(id, new ExitStatus.Exited(code));

        assertThat(node.awaitExit(id))
                .isEqualTo(
                        new ContainerState.Exited(
                                Optional.of(started), started.plusSeconds(3), code, reason, ""));
    }

    @ParameterizedTest
    @CsvSource({"9, 137", "15, 143", "11, 139"})
    void signal_countsAs128AndItsNumber(int signal, int code) throws IOException {
        var id = node.start(pod, "c");

        node.shim(pod).end(id, new ExitStatus.Signaled(signal));

        assertThat(node.awaitExit(id).exitCode()).isEqualTo(code);
        assertThat(node.awaitExit(id).reason()).isEqualTo("Error");
    }

    @Test
    void kernelThatKilledForMemory_isTheReason() throws IOException {
        var id = node.start(pod, "c");
        node.cgroups.killForMemory(node.container(id).cgroup());

        node.shim(pod).end(id, new ExitStatus.Signaled(9));

        assertThat(node.awaitExit(id).reason()).isEqualTo("OOMKilled");
        assertThat(node.awaitExit(id).exitCode()).isEqualTo(137);
    }

    @Test
    void childThatWasKilledForMemory_isNoReasonIfTheContainerWentOnToSucceed() throws IOException {
        var id = node.start(pod, "c");
        node.cgroups.killForMemory(node.container(id).cgroup());

        node.shim(pod).end(id, new ExitStatus.Exited(0));

        assertThat(node.awaitExit(id).reason()).isEqualTo("Completed");
    }

    @Test
    void cgroupThatCannotBeRead_isNoObstacle() throws IOException {
        var id = node.start(pod, "c");
        node.cgroups.at(node.container(id).cgroup()).delete(Duration.ZERO);

        node.shim(pod).end(id, new ExitStatus.Exited(1));

        assertThat(node.awaitExit(id).reason()).isEqualTo("Error");
    }

    @Test
    void cgroup_goesWhenItIsNotNeededAnyMore() throws IOException {
        var id = node.start(pod, "c");
        var other = node.start(pod, "other");
        node.shim(pod).end(id, new ExitStatus.Exited(0));
        node.awaitExit(id);

        node.runLater();

        assertThat(node.cgroups.paths())
                .doesNotContain(node.container(id).cgroup())
                .contains(node.container(other).cgroup());
        node.containers().remove().run(id);
    }

    @Test
    void exit_isWrittenDown() throws IOException {
        var id = node.start(pod, "c");

        node.shim(pod).end(id, new ExitStatus.Exited(3));

        var end = node.awaitExit(id);
        var file = node.layout.containerRecord(id);
        assertThat(new JsonRecords<>(Container.class, _ -> file).read(file).orElseThrow().state())
                .isEqualTo(end);
    }

    @Test
    void exitThatCannotBeWritten_isSeenAndFoundAgain() throws IOException {
        var id = node.start(pod, "c");
        node.faults.arm(1, Faults.How.BEFORE);

        node.shim(pod).end(id, new ExitStatus.Exited(3));

        assertThat(node.awaitExit(id).exitCode()).isEqualTo(3);
        assertThat(node.faults.actions()).containsExactly("write record of container");
        node.restart();
        assertThat(node.awaitExit(id).exitCode()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"POD", "NODE"})
    void withoutAPidNamespaceOfItsOwn_whatItLeftIsKilled(NamespaceMode pid) throws IOException {
        var namespaces = new NamespaceOptions(NamespaceMode.POD, pid, NamespaceMode.POD, "");
        pod = node.sandboxes().run().run(Samples.pod("of-" + pid.ordinal(), 0, "", namespaces));
        var id = startWith(pid);
        node.cgroups.populate(node.container(id).cgroup(), 4711);

        node.shim(pod).end(id, new ExitStatus.Exited(0));

        node.awaitExit(id);
        assertThat(node.cgroups.at(node.container(id).cgroup()).processes()).isEmpty();
    }

    @Test
    void endOfWhatWasRemoved_isForgotten() throws IOException {
        node.withoutPatienceForKills();
        var id = node.start(pod, "c");
        var other = node.start(pod, "other");
        node.stopListening();
        node.containers().remove().run(id);

        node.restart();
        node.shim(pod).end(other, new ExitStatus.Exited(1));

        assertThat(node.awaitExit(other).exitCode()).isEqualTo(1);
        assertThat(node.containers().store().find(id)).isEmpty();
    }

    /**
     * Between the record of an end and the waking of who waits for it, another may come to wait.
     */
    @Test
    void whoComesWhenTheEndIsRecorded_doesNotKeepOthersWaiting() throws Exception {
        var id = node.start(pod, "c");
        var store = node.containers().store();
        var exits = new ContainerExits(store, node.cgroups, _ -> {}, Runnable::run);
        var waiter = Thread.startVirtualThread(() -> exits.await(id, Duration.ofHours(1)));
        TestNode.await(() -> waiter.getState() == Thread.State.TIMED_WAITING);
        var end =
                new ContainerState.Exited(
                        Optional.empty(), node.clock.instant(), 0, "Completed", "");
        store.observe(id, container -> container.in(container.state().ended(end)));

        assertThat(exits.await(id, Duration.ofHours(1))).isTrue();

        assertThat(waiter.join(Duration.ofSeconds(30))).isTrue();
    }

    private ContainerId startWith(NamespaceMode pid) throws IOException {
        var image = FakeImages.WEB.repoTags().getFirst();
        var id = node.containers().create().run(pod, Samples.container("c", 0, image, pid));
        node.containers().start().run(id);
        return id;
    }
}
