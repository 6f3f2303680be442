// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ristretto.runtime.app.Faults;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.shim.ExitStatus;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** What is half done, cannot be done or does not answer keeps nobody else from being served. */
class FailingRecoveryComponentTest {
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
    void halfMadePod_isTakenBackAndItsNameIsFree() throws IOException {
        node.makingPodsWith(
                (id, run, program) -> {
                    int pid = node.zygote.createPod(id, run, program);
                    // From here on nothing has an effect: the daemon is dead.
                    node.faults.arm(1, Faults.How.KILLED);
                    return pid;
                });
        dies(() -> node.runPod("p"));
        assertThat(node.zygote.living()).hasSize(1);
        node.makingPodsWith(node.zygote);

        node.restart();

        assertThat(node.things()).isEmpty();
        assertThat(node.runPod("p")).isNotNull();
    }

    @Test
    void halfMadePodThatCannotBeTakenBack_keepsNoOtherNorItsName() throws IOException {
        var other = node.runPod("other");
        node.faults.arm(2, Faults.How.KILLED);
        dies(() -> node.runPod("p"));
        node.kill();
        node.faults.arm(1, Faults.How.BEFORE);

        node.boot();

        assertThat(node.faults.actions()).first().asString().startsWith("detach network of ");
        assertThat(node.sandbox(other).state()).isInstanceOf(SandboxState.Ready.class);
        assertThat(node.sandboxes().store().all()).hasSize(2);
        assertThat(node.runPod("p")).isNotNull();
        node.restart();
        assertThat(node.sandboxes().store().all()).hasSize(2);
        assertThat(node.sandboxes().store().list()).hasSize(2);
    }

    @Test
    void networkThatCannotBeTaken_leavesADeadPodStopped() throws IOException {
        var pod = node.runPod("p");
        var other = node.runPod("other");
        node.kill();
        node.shim(pod).kill();
        node.faults.armFor("detach network of " + pod);

        node.boot();

        assertThat(node.faults.tripped()).isTrue();
        assertThat(node.sandbox(pod).state()).isEqualTo(new SandboxState.NotReady());
        assertThat(node.sandbox(other).state()).isInstanceOf(SandboxState.Ready.class);
        node.restart();
        assertThat(node.networks.attached()).containsExactly(other.value());
    }

    @Test
    void podshimThatDoesNotAnswer_keepsNoOtherFromBeingServed() throws IOException {
        node.withPatience(Duration.ofMillis(100));
        var pod = node.runPod("p");
        var other = node.runPod("other");
        node.shim(pod).silent();

        node.restart();

        assertThat(node.sandbox(pod).state()).isInstanceOf(SandboxState.Ready.class);
        var container = node.start(other, "c");
        node.shim(other).end(container, new ExitStatus.Exited(2));
        assertThat(node.awaitExit(container).exitCode()).isEqualTo(2);
    }

    @Test
    void podshimThatAnswersLater_isListenedToFromThenOn() throws IOException {
        node.withPatience(Duration.ofMillis(100));
        var pod = node.runPod("p");
        var container = node.start(pod, "c");
        node.shim(pod).silent().silent().silent();

        node.restart();

        node.shim(pod).end(container, new ExitStatus.Exited(2));
        assertThat(node.awaitExit(container).exitCode()).isEqualTo(2);
    }

    @Test
    void podshimThatDiesBeforeItAnswers_isAStoppedPod() throws IOException {
        node.withPatience(Duration.ofMillis(100));
        var pod = node.runPod("p");
        node.shim(pod).silent();
        node.restart();

        node.shim(pod).kill();

        node.awaitStopped(pod);
    }

    private static void dies(ThrowingCallable request) {
        assertThat(catchThrowable(request)).isNotNull();
    }
}
