// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.runtime.app.Faults;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.shim.FakeRequest;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

class StopPodSandboxComponentTest {
    private static final PodSandboxId UNKNOWN = new PodSandboxId("00".repeat(32));

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
    void stop_killsEveryContainerAndTakesTheNetwork() throws IOException {
        var pod = node.runPod("p");
        var c1 = node.start(pod, "c1");
        var c2 = node.start(pod, "c2");

        node.sandboxes().stop().run(pod);

        assertThat(node.sandbox(pod).state()).isEqualTo(new SandboxState.NotReady());
        assertThat(node.networks.attached()).isEmpty();
        assertThat(node.zygote.living()).isEmpty();
        for (var container :
                new Object[] {node.container(c1).state(), node.container(c2).state()}) {
            var end = (ContainerState.Exited) container;
            assertThat(end.exitCode()).isEqualTo(137);
            assertThat(end.reason()).isEqualTo("Error");
        }
    }

    @Test
    void stop_killsAllBeforeItWaitsForAny() throws IOException {
        var pod = node.runPod("p");
        var c1 = node.start(pod, "c1");
        var c2 = node.start(pod, "c2");

        node.sandboxes().stop().run(pod);

        assertThat(node.shim(pod).requests(FakeRequest.Signal.class))
                .containsExactlyInAnyOrder(
                        new FakeRequest.Signal(c1, 9), new FakeRequest.Signal(c2, 9));
    }

    @Test
    void stop_leavesFilesAndRecordsForThoseWhoLook() throws IOException {
        var pod = node.runPod("p");
        var container = node.start(pod, "c");

        node.sandboxes().stop().run(pod);

        assertThat(node.things())
                .contains("pods/" + pod + ".json", "containers/" + container + ".json")
                .contains("snapshot " + container);
    }

    @Test
    void containerThatWasNotStarted_staysCreated() throws IOException {
        var pod = node.runPod("p");
        var container = node.create(pod, "c");

        node.sandboxes().stop().run(pod);

        assertThat(node.container(container).state()).isEqualTo(new ContainerState.Created());
    }

    @Test
    void stop_again_isASuccessThatTouchesNothing() throws IOException {
        var pod = node.runPod("p");
        node.sandboxes().stop().run(pod);
        var things = node.things();

        node.sandboxes().stop().run(pod);

        assertThat(node.things()).isEqualTo(things);
    }

    @Test
    void stop_ofWhatIsUnknown_isASuccess() throws IOException {
        node.sandboxes().stop().run(UNKNOWN);

        assertThat(node.things()).isEmpty();
    }

    @Test
    void networkThatCannotBeTaken_isTakenWhenItIsStoppedAgain() throws IOException {
        var pod = node.runPod("p");
        node.faults.arm(3, Faults.How.BEFORE);

        assertThatThrownBy(() -> node.sandboxes().stop().run(pod))
                .hasMessageStartingWith("made to fail: action 3, detach network of");

        assertThat(node.sandbox(pod).state()).isEqualTo(new SandboxState.NotReady());
        assertThat(node.networks.attached()).hasSize(1);
        node.sandboxes().stop().run(pod);
        assertThat(node.networks.attached()).isEmpty();
    }

    @Test
    void containerThatDoesNotDie_keepsNoOtherAliveAndThePodReady() throws IOException {
        node.withoutPatienceForKills();
        var pod = node.runPod("p");
        var stuck = node.start(pod, "stuck");
        var other = node.start(pod, "other");
        node.shim(pod).ignoring(stuck, 9);
        node.cgroups.populate(node.container(stuck).cgroup(), 4711);
        node.cgroups.makeUnkillable(node.container(stuck).cgroup());

        var refusal = Refusal.of(() -> node.sandboxes().stop().run(pod));

        assertThat(refusal.kind()).isEqualTo(FaultKind.BUSY);
        assertThat(refusal.message())
                .isEqualTo(
                        "kill container stuck: processes [4711] do not die, as in uninterruptible"
                                + " sleep; see /proc/PID/stack, retry");
        assertThat(node.container(other).state()).isInstanceOf(ContainerState.Exited.class);
        assertThat(node.sandbox(pod).state()).isInstanceOf(SandboxState.Ready.class);
    }

    @Test
    void podshimThatDiedUnnoticed_isNoObstacle() throws IOException {
        var pod = node.runPod("p");
        var container = node.start(pod, "c");
        node.kill(); // nobody listens any more
        node.shim(pod).kill();
        node.restart();

        node.sandboxes().stop().run(pod);

        assertThat(node.sandbox(pod).state()).isEqualTo(new SandboxState.NotReady());
        assertThat(node.container(container).state()).isInstanceOf(ContainerState.Exited.class);
        assertThat(node.networks.attached()).isEmpty();
    }

    @Test
    void podshimThatDoesNotAnswer_isKilled() throws IOException {
        node.withPatience(Duration.ofMillis(100));
        var pod = node.runPod("p");
        node.shim(pod).silent();

        node.sandboxes().stop().run(pod);

        assertThat(node.zygote.living()).isEmpty();
        assertThat(node.sandbox(pod).state()).isEqualTo(new SandboxState.NotReady());
    }

    @Test
    void podshimThatDoesNotAnswer_keepsNoContainerAlive() throws IOException {
        node.withPatience(Duration.ofMillis(100));
        var pod = node.runPod("p");
        var container = node.start(pod, "c");
        node.shim(pod).silent().silent();

        node.sandboxes().stop().run(pod);

        assertThat(node.awaitExit(container).exitCode()).isEqualTo(137);
        assertThat(node.zygote.living()).isEmpty();
    }
}
