// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.network.PodNetwork;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.NamespaceOptions;
import dev.ristretto.runtime.spec.PodLimits;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.SandboxConfig;
import dev.ristretto.runtime.store.StateLayout;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

class SandboxNamesTest {
    private static final PodSandboxId A = new PodSandboxId("aa".repeat(32));
    private static final PodSandboxId B = new PodSandboxId("bb".repeat(32));
    private static final SandboxConfig CONFIG = Samples.pod("p");
    private static final SandboxConfig OTHER =
            Samples.pod(
                    "p",
                    0,
                    "",
                    new NamespaceOptions(
                            NamespaceMode.NODE, NamespaceMode.POD, NamespaceMode.POD, ""));

    @TempDir private Path directory;
    private SandboxStore sandboxes =
            new SandboxStore(new StateLayout(Path.of("/nowhere"), Path.of("/nowhere")));
    private SandboxNames names = new SandboxNames(sandboxes);

    @BeforeEach
    void start() throws IOException {
        var layout = new StateLayout(directory, directory);
        Files.createDirectories(layout.podRecords());
        sandboxes = new SandboxStore(layout);
        names = new SandboxNames(sandboxes);
    }

    @Test
    void sameRequestUnderWay_isJoined() throws Exception {
        var making = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var first = claim(() -> make(A, making, goOn));
        making.await();
        var second = claim(() -> make(B, new CountDownLatch(1), new CountDownLatch(0)));

        goOn.countDown();

        assertThat(first.get()).isEqualTo(A);
        assertThat(second.get()).isEqualTo(A);
        assertThat(sandboxes.find(B)).isEmpty();
    }

    @Test
    void failureOfTheOneUnderWay_isToldToThoseWhoJoined() throws Exception {
        var making = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var first =
                claim(
                        () -> {
                            making.countDown();
                            awaitQuietly(goOn);
                            throw new IOException("it broke");
                        });
        making.await();
        var joined = new Thread[1];
        var second = new FutureTask<>(() -> names.claim(CONFIG, () -> make(B)));
        joined[0] = Thread.ofVirtual().start(second);
        awaitBlocked(joined[0]);

        goOn.countDown();

        assertThatThrownBy(first::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("it broke");
        assertThatThrownBy(second::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("it broke");
    }

    @Test
    void failure_freesTheName() throws IOException {
        assertThatThrownBy(
                        () ->
                                names.claim(
                                        CONFIG,
                                        () -> {
                                            throw RuntimeFault.busy("later");
                                        }))
                .hasMessage("later");

        assertThat(names.claim(OTHER, () -> make(A))).isEqualTo(A);
    }

    @Test
    void anotherConfigWhileOneIsUnderWay_isRefused() throws Exception {
        var making = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var first = claim(() -> make(A, making, goOn));
        making.await();

        assertThat(Refusal.of(() -> names.claim(OTHER, () -> make(B))))
                .isEqualTo(
                        new Refusal(
                                FaultKind.NAME_TAKEN,
                                "pod default/p uid uid-p attempt 0 belongs to a request that is"
                                        + " under way; remove it or raise metadata.attempt"));
        goOn.countDown();
        first.get();
    }

    @Test
    void sandboxFoundAtStart_ownsItsName() throws IOException {
        make(A);
        names.load(sandboxes.get(A));

        assertThat(names.claim(CONFIG, () -> make(B))).isEqualTo(A);
        assertThat(Refusal.of(() -> names.claim(OTHER, () -> make(B))).kind())
                .isEqualTo(FaultKind.NAME_TAKEN);
    }

    @Test
    void release_freesTheNameOfItsOwnerOnly() throws IOException {
        names.claim(CONFIG, () -> make(A));
        var stranger = sandbox(B);

        names.release(stranger);
        assertThat(names.claim(CONFIG, () -> make(B))).isEqualTo(A);

        names.release(sandboxes.get(A));
        assertThat(names.claim(OTHER, () -> make(B))).isEqualTo(B);
    }

    @Test
    void ownerThatIsGone_ownsNothing() throws IOException {
        names.claim(CONFIG, () -> make(A));
        sandboxes.remove(A);

        assertThat(names.claim(CONFIG, () -> make(B))).isEqualTo(B);
    }

    private FutureTask<PodSandboxId> claim(SandboxNames.Making making) {
        var task = new FutureTask<>(() -> names.claim(CONFIG, making));
        Thread.startVirtualThread(task);
        return task;
    }

    private PodSandboxId make(PodSandboxId id, CountDownLatch making, CountDownLatch goOn)
            throws IOException {
        making.countDown();
        awaitQuietly(goOn);
        return make(id);
    }

    private PodSandboxId make(PodSandboxId id) throws IOException {
        sandboxes.insert(sandbox(id));
        return id;
    }

    private static Sandbox sandbox(PodSandboxId id) {
        return new Sandbox(
                id,
                CONFIG,
                Instant.EPOCH,
                "/c",
                false,
                PodLimits.none(),
                new SandboxState.Ready(1, PodNetwork.host()));
    }

    private static void awaitBlocked(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.yield();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
