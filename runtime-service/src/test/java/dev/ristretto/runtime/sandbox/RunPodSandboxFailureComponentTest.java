// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.app.Faults;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.shim.FakeFailure;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.SandboxConfig;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/** What {@code RunPodSandbox} refuses or fails at leaves nothing. */
class RunPodSandboxFailureComponentTest {
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
    void stepOfThePodshimThatFails_isNamedAndLeavesNothing() throws IOException {
        node.zygote.failing(new FakeFailure(ShimOp.Unshare.class, Errno.ENOSPC, 0, ""));

        var refusal = Refusal.of(() -> node.runPod("p"));

        assertThat(refusal.kind()).isEqualTo(FaultKind.EXHAUSTED);
        assertThat(refusal.message()).startsWith("run pod default/p: ").contains("(ENOSPC)");
        assertThat(node.things()).isEmpty();
        assertThat(node.runPod("p")).isNotNull();
    }

    @Test
    void podshimWithoutAnAnswer_isEndedIfItCameToBe() throws IOException {
        node.makingPodsWith(
                (id, run, program) -> {
                    node.zygote.createPod(id, run, program);
                    throw RuntimeFault.busy("ask the zygote: no answer");
                });

        assertThat(Refusal.of(() -> node.runPod("p")))
                .isEqualTo(new Refusal(FaultKind.BUSY, "ask the zygote: no answer"));

        assertThat(node.zygote.podCount()).isEqualTo(1);
        assertThat(node.things()).isEmpty();
    }

    @Test
    void podshimThatComesAfterItWasGivenUp_findsNoPlaceToListen() throws IOException {
        var late = new Path[1];
        node.makingPodsWith(
                (_, run, _) -> {
                    late[0] = run;
                    throw RuntimeFault.busy("ask the zygote: no answer");
                });

        assertThat(Refusal.of(() -> node.runPod("p")).kind()).isEqualTo(FaultKind.BUSY);

        assertThat(late[0]).doesNotExist();
    }

    @Test
    void whatCannotBeTakenBack_keepsItsRecordForTheNextDaemon() throws IOException {
        node.makingPodsWith(
                (_, _, _) -> {
                    node.faults.arm(1, Faults.How.BEFORE); // of what the undo does
                    throw new IOException("the zygote broke");
                });

        assertThatThrownBy(() -> node.runPod("p"))
                .hasMessage("the zygote broke")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));

        assertThat(node.sandboxes().store().list()).isEmpty();
        assertThat(node.sandboxes().store().all())
                .singleElement()
                .satisfies(s -> assertThat(s.state()).isEqualTo(new SandboxState.Creating()));
        node.restart();
        assertThat(node.things()).isEmpty();
    }

    @Test
    void runtimeHandlerThatDoesNotExist_isRefusedByName() {
        var config = Samples.pod("p");
        var handled =
                new SandboxConfig(
                        config.metadata(),
                        config.hostname(),
                        config.logDirectory(),
                        config.dns(),
                        config.portMappings(),
                        config.labels(),
                        config.annotations(),
                        config.cgroupParent(),
                        config.sysctls(),
                        config.namespaces(),
                        config.privileged(),
                        "kata");

        assertThat(Refusal.of(() -> node.sandboxes().run().run(handled)))
                .isEqualTo(
                        new Refusal(
                                FaultKind.INVALID_ARGUMENT,
                                "runtime_handler 'kata' does not exist; only the default handler,"
                                        + " '', does"));
    }

    @Test
    void whatThePlanRefuses_takesNoName() throws IOException {
        var tooLong = Samples.pod("x".repeat(65));

        assertThat(Refusal.of(() -> node.sandboxes().run().run(tooLong)).kind())
                .isEqualTo(FaultKind.INVALID_ARGUMENT);

        assertThat(node.things()).isEmpty();
        assertThat(node.zygote.programs()).isEmpty();
    }
}
