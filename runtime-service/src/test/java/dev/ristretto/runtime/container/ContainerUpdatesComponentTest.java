// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.linux.cgroup.CgroupLimits;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.shim.ExitStatus;
import dev.ristretto.runtime.shim.FakeRequest;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.store.JsonRecords;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code UpdateContainerResources} and {@code ReopenContainerLog}. */
class ContainerUpdatesComponentTest {
    private static final CgroupLimits SHARES =
            new CgroupLimits(
                    OptionalLong.of(512),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Map.of(),
                    Map.of());

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private TestNode node;
    private PodSandboxId pod;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
        pod = node.sandboxes().run().run(Samples.logging(Samples.pod("p"), directory));
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void update_changesWhatIsThereAndKeepsTheRest() throws IOException {
        var id = node.start(pod, "c");

        node.containers().update().run(id, SHARES);

        var expected = Samples.memory(64 << 20).with(SHARES);
        assertThat(node.cgroups.limits(node.container(id).cgroup())).isEqualTo(expected);
        assertThat(node.container(id).limits()).isEqualTo(expected);
        var file = node.layout.containerRecord(id);
        assertThat(new JsonRecords<>(Container.class, _ -> file).read(file))
                .contains(node.container(id));
    }

    @Test
    void update_again_isASuccess() throws IOException {
        var id = node.start(pod, "c");
        node.containers().update().run(id, SHARES);
        var once = node.container(id);

        node.containers().update().run(id, SHARES);

        assertThat(node.container(id)).isEqualTo(once);
    }

    @Test
    void update_ofOneThatIsCreated_holdsWhenItIsStarted() throws IOException {
        var id = node.create(pod, "c");

        node.containers().update().run(id, Samples.memory(1 << 20));
        node.containers().start().run(id);

        assertThat(node.cgroups.limits(node.container(id).cgroup()))
                .isEqualTo(Samples.memory(1 << 20));
    }

    @Test
    void update_ofOneThatHasEnded_isRefused() throws IOException {
        var id = ended();

        assertThat(Refusal.of(() -> node.containers().update().run(id, SHARES)))
                .isEqualTo(
                        new Refusal(
                                FaultKind.WRONG_STATE,
                                "update resources of container c: it has ended"));
    }

    @Test
    void update_ofWhatIsUnknown_isNotFound() {
        var unknown = new ContainerId("00".repeat(32));

        assertThat(Refusal.of(() -> node.containers().update().run(unknown, SHARES)))
                .isEqualTo(
                        new Refusal(
                                FaultKind.NOT_FOUND, "container %s not found".formatted(unknown)));
    }

    @Test
    void reopen_isAskedOfThePodshimWithTheSamePath() throws IOException {
        var id = node.start(pod, "c");

        node.containers().reopenLog().run(id);

        assertThat(node.shim(pod).requests(FakeRequest.ReopenLog.class))
                .containsExactly(
                        new FakeRequest.ReopenLog(id, directory.resolve("c.log").toString()));
    }

    @Test
    void reopen_ofOneThatDoesNotRun_isRefused() throws IOException {
        var id = ended();

        assertThat(Refusal.of(() -> node.containers().reopenLog().run(id)))
                .isEqualTo(
                        new Refusal(
                                FaultKind.WRONG_STATE,
                                "reopen the log of container c: it does not run"));
    }

    @Test
    void reopen_withoutALog_isASuccess() throws IOException {
        var other = node.runPod("unlogged");
        var id = node.start(other, "c");

        node.containers().reopenLog().run(id);

        assertThat(node.shim(other).requests(FakeRequest.ReopenLog.class)).isEmpty();
    }

    @Test
    void reopen_thatFails_namesTheFile() throws IOException {
        var id = node.start(pod, "c");
        node.shim(pod).refusing(Errno.EACCES, "cannot open the log");

        var refusal = Refusal.of(() -> node.containers().reopenLog().run(id));

        assertThat(refusal.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT);
        assertThat(refusal.message())
                .startsWith(
                        "reopen log %s of container c: cannot open the log"
                                .formatted(directory.resolve("c.log")));
    }

    private ContainerId ended() throws IOException {
        var id = node.start(pod, "c");
        node.shim(pod).end(id, new ExitStatus.Exited(0));
        node.awaitExit(id);
        return id;
    }
}
