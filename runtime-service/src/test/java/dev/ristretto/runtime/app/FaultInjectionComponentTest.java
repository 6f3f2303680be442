// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Every request is made with the n-th thing that it does to the world failing, for every n. What
 * makes something must leave nothing; what takes something away must be done when it is asked
 * again.
 */
class FaultInjectionComponentTest {
    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private TestNode node;

    /** A request. */
    @FunctionalInterface
    private interface Request {
        void make() throws IOException;
    }

    /** What must hold after a request has failed. */
    @FunctionalInterface
    private interface Check {
        void hold() throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(directory);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE", "AFTER"})
    void runPodSandbox_thatFails_leavesNothing(Faults.How how) throws IOException {
        int failures =
                failEach(how, () -> node.runPod("p"), () -> assertThat(node.things()).isEmpty());

        assertThat(failures).isEqualTo(5);
        assertThat(node.sandboxes().store().list()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE", "AFTER"})
    void createContainer_thatFails_leavesNothing(Faults.How how) throws IOException {
        var pod = node.runPod("p");
        node.cgroups.make(node.sandbox(pod).cgroup());
        var before = node.things();

        int failures =
                failEach(
                        how,
                        () -> node.create(pod, "c"),
                        () -> {
                            assertThat(node.things()).isEqualTo(before);
                            assertThat(node.shim(pod).containers()).isEmpty();
                        });

        assertThat(failures).isEqualTo(5);
        assertThat(node.containers().store().list()).hasSize(1);
    }

    @Test
    void startContainer_thatFails_leavesAContainerThatHasEnded() throws IOException {
        var pod = node.runPod("p");
        var container = node.create(pod, "c");
        node.faults.arm(1, Faults.How.BEFORE);

        var failure = catchThrowable(() -> node.containers().start().run(container));

        assertThat(failure).hasMessageContaining("made to fail: action 1");
        var state = (ContainerState.Exited) node.container(container).state();
        assertThat(state.exitCode()).isEqualTo(128);
        assertThat(state.reason()).isEqualTo("StartError");
        assertThat(state.message()).isEqualTo(failure.getMessage());
        assertThat(state.startedAt()).isEmpty();
        node.containers().remove().run(container);
        assertThat(node.shim(pod).containers()).isEmpty();
    }

    @Test
    void startContainer_whenTheRecordCannotBeWritten_runsAllTheSame() throws IOException {
        var pod = node.runPod("p");
        var container = node.create(pod, "c");
        node.faults.arm(2, Faults.How.BEFORE);

        node.containers().start().run(container);

        assertThat(node.faults.actions()).element(1).isEqualTo("write record of container");
        assertThat(node.container(container).state()).isInstanceOf(ContainerState.Running.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE", "AFTER"})
    void updateContainerResources_thatFails_changesNothing(Faults.How how) throws IOException {
        var pod = node.runPod("p");
        var id = node.start(pod, "c");
        var container = node.container(id);
        var before = node.cgroups.limits(container.cgroup());

        int failures =
                failEach(
                        how,
                        () -> node.containers().update().run(id, Samples.memory(1 << 20)),
                        () -> {
                            assertThat(node.cgroups.limits(container.cgroup())).isEqualTo(before);
                            assertThat(node.container(id)).isEqualTo(container);
                        });

        assertThat(failures).isEqualTo(2);
        assertThat(node.container(id).limits()).isEqualTo(Samples.memory(1 << 20));
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE", "AFTER"})
    void removeContainer_thatFails_isDoneWhenAskedAgain(Faults.How how) throws IOException {
        var pod = node.runPod("p");
        var made = new ContainerId[1];

        int failures =
                failEachAgain(
                        how,
                        () -> made[0] = node.start(pod, "c"),
                        () -> node.containers().remove().run(made[0]),
                        () -> {
                            assertThat(node.containers().store().list()).isEmpty();
                            assertThat(node.shim(pod).containers()).isEmpty();
                            assertThat(node.things())
                                    .noneMatch(thing -> thing.contains(made[0].value()));
                        });

        assertThat(failures).isGreaterThanOrEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE", "AFTER"})
    void stopPodSandbox_thatFails_isDoneWhenAskedAgain(Faults.How how) throws IOException {
        var made = new PodSandboxId[1];

        int failures =
                failEachAgain(
                        how,
                        () -> {
                            made[0] = node.runPod("p" + node.sandboxes().store().list().size());
                            node.start(made[0], "c");
                        },
                        () -> node.sandboxes().stop().run(made[0]),
                        () -> {
                            assertThat(node.networks.attached()).isEmpty();
                            assertThat(node.zygote.living()).isEmpty();
                            assertThat(node.containers().store().of(made[0]))
                                    .allMatch(c -> c.state() instanceof ContainerState.Exited);
                        });

        assertThat(failures).isGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE", "AFTER"})
    void removePodSandbox_thatFails_isDoneWhenAskedAgain(Faults.How how) throws IOException {
        var made = new PodSandboxId[1];

        int failures =
                failEachAgain(
                        how,
                        () -> {
                            made[0] = node.runPod("p");
                            node.start(made[0], "c1");
                            node.create(made[0], "c2");
                        },
                        () -> node.sandboxes().remove().run(made[0]),
                        () -> assertThat(node.things()).isEmpty());

        assertThat(failures).isGreaterThanOrEqualTo(10);
    }

    @Test
    void stopContainer_thatFails_isDoneWhenAskedAgain() throws IOException {
        var pod = node.runPod("p");
        var made = new ContainerId[1];

        int failures =
                failEachAgain(
                        Faults.How.BEFORE,
                        () -> made[0] = node.start(pod, "c" + made[0]),
                        () -> node.containers().stop().run(made[0], Duration.ofSeconds(20)),
                        () -> node.awaitExit(made[0]));

        assertThat(failures).isGreaterThanOrEqualTo(1);
    }

    /** Fails the n-th action for n from 1 on, until the request is done. */
    private int failEach(Faults.How how, Request request, Check check) throws IOException {
        for (int n = 1; ; n++) {
            node.faults.arm(n, how);
            var failure = catchThrowable(request::make);
            node.faults.disarm();
            if (failure == null) {
                return n - 1;
            }
            assertThat(failure).hasMessageContaining("made to fail: action " + n + ",");
            check.hold();
        }
    }

    /** The same for what may be done in part, and is to be whole after it was asked again. */
    private int failEachAgain(Faults.How how, Request prepare, Request request, Check check)
            throws IOException {
        for (int n = 1; ; n++) {
            prepare.make();
            node.faults.arm(n, how);
            var failure = catchThrowable(request::make);
            boolean tripped = node.faults.tripped();
            node.faults.disarm();
            if (failure != null) {
                assertThat(failure).hasMessageContaining("made to fail: action " + n + ",");
                request.make();
            }
            check.hold();
            if (!tripped) {
                return n - 1;
            }
        }
    }
}
