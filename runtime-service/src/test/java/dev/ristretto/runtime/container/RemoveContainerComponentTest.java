// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.shim.ExitStatus;
import dev.ristretto.runtime.shim.FakeRequest;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

class RemoveContainerComponentTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private TestNode node;
    private PodSandboxId pod;
    private Set<String> before = Set.of();

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
        pod = node.runPod("p");
        node.cgroups.make(node.sandbox(pod).cgroup());
        before = node.things();
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void remove_ofOneThatWasNotStarted_leavesNothing() throws IOException {
        var id = node.create(pod, "c");

        node.containers().remove().run(id);

        nothingIsLeft();
        assertThat(node.shim(pod).requests(FakeRequest.Signal.class)).isEmpty();
    }

    @Test
    void remove_ofARunningOne_killsItFirst() throws IOException {
        var id = node.start(pod, "c");

        node.containers().remove().run(id);

        nothingIsLeft();
        assertThat(node.shim(pod).requests(FakeRequest.Signal.class))
                .containsExactly(new FakeRequest.Signal(id, 9));
    }

    @Test
    void remove_ofOneThatHasEnded_leavesNothing() throws IOException {
        var id = node.start(pod, "c");
        node.shim(pod).end(id, new ExitStatus.Exited(0));
        node.awaitExit(id);

        node.containers().remove().run(id);

        nothingIsLeft();
    }

    @Test
    void remove_inAStoppedPod_leavesNothing() throws IOException {
        var created = node.create(pod, "created");
        var ended = node.start(pod, "ended");
        node.sandboxes().stop().run(pod);

        node.containers().remove().run(created);
        node.containers().remove().run(ended);

        assertThat(node.containers().store().list()).isEmpty();
        assertThat(node.snapshots.containerIds()).isEmpty();
        assertThat(node.cgroups.paths()).noneMatch(path -> path.contains(ended.value()));
    }

    @Test
    void remove_again_isASuccess() throws IOException {
        var id = node.create(pod, "c");
        node.containers().remove().run(id);

        node.containers().remove().run(id);
        node.containers().remove().run(new ContainerId("00".repeat(32)));

        nothingIsLeft();
    }

    @Test
    void removedName_isFree() throws IOException {
        var id = node.create(pod, "c");
        node.containers().remove().run(id);

        assertThat(node.create(pod, "c")).isNotEqualTo(id);
    }

    @Test
    void oneThatDoesNotDie_keepsEverythingOfItself() throws IOException {
        node.withoutPatienceForKills();
        var id = node.start(pod, "c");
        node.shim(pod).ignoring(9);
        node.cgroups.populate(node.container(id).cgroup(), 4711);
        node.cgroups.makeUnkillable(node.container(id).cgroup());
        var things = node.things();

        assertThat(Refusal.of(() -> node.containers().remove().run(id)).kind())
                .isEqualTo(FaultKind.BUSY);

        assertThat(node.things()).isEqualTo(things);
        assertThat(node.container(id).state()).isInstanceOf(ContainerState.Running.class);
    }

    private void nothingIsLeft() throws IOException {
        assertThat(node.things()).isEqualTo(before);
        assertThat(node.containers().store().list()).isEmpty();
        assertThat(node.shim(pod).containers()).isEmpty();
    }
}
