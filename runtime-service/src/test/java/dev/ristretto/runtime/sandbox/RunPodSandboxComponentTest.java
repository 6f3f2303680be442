// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.runtime.app.FakePodNetworks;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.network.PodNetwork;
import dev.ristretto.runtime.plan.SandboxPlan;
import dev.ristretto.runtime.shim.FakeRequest;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.NamespaceOptions;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.SandboxConfig;
import dev.ristretto.runtime.spec.UserNamespace;
import dev.ristretto.runtime.store.JsonRecords;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

class RunPodSandboxComponentTest {
    private static final NamespaceOptions HOST =
            new NamespaceOptions(
                    NamespaceMode.NODE, NamespaceMode.CONTAINER, NamespaceMode.NODE, "");

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
    void answer_meansReadyWithAddresses() throws IOException {
        var id = node.runPod("p");

        var sandbox = node.sandbox(id);
        assertThat(sandbox.state())
                .isEqualTo(new SandboxState.Ready(node.shim(id).pid(), FakePodNetworks.network()));
        assertThat(sandbox.createdAt()).isEqualTo(node.clock.instant());
        assertThat(sandbox.config()).isEqualTo(Samples.pod("p"));
        assertThat(sandbox.cgroup()).isEqualTo("/ristretto/" + id);
        assertThat(node.sandboxes().store().list()).containsExactly(sandbox);
    }

    @Test
    void userNamespace_onAHostThatHasNone_isRefusedAndSaysWhy() throws IOException {
        node.users = new UserNamespaceSupport("id-map mount /x: it cannot");
        node.restart();
        var ids = new IdMap(List.of(new IdMap.Range(0, 100_000, 65_536)));
        var namespaces =
                new NamespaceOptions(
                        NamespaceMode.POD,
                        NamespaceMode.CONTAINER,
                        NamespaceMode.POD,
                        "",
                        Optional.of(new UserNamespace(NamespaceMode.POD, ids)));

        var refusal =
                Refusal.of(() -> node.sandboxes().run().run(Samples.pod("p", 0, "", namespaces)));

        assertThat(refusal.kind()).isEqualTo(FaultKind.UNSUPPORTED);
        assertThat(refusal.message())
                .endsWith(
                        "this host cannot have pods with user namespaces: id-map mount /x: it"
                                + " cannot");
        assertThat(node.zygote.programs()).isEmpty();
        assertThat(node.sandboxes().store().list()).isEmpty();
    }

    @Test
    void answer_meansWrittenDown() throws IOException {
        var id = node.runPod("p");

        var file = node.layout.podRecord(id);
        assertThat(new JsonRecords<>(Sandbox.class, _ -> file).read(file))
                .contains(node.sandbox(id));
    }

    @Test
    void podshim_runsThePlanAndIsListenedTo() throws IOException {
        var id = node.runPod("p");

        assertThat(node.zygote.programs()).containsExactly(SandboxPlan.program(Samples.pod("p")));
        assertThat(node.shim(id).requests(FakeRequest.Watch.class)).hasSize(1);
    }

    @Test
    void network_isThatOfThePodshim() throws IOException {
        var id = node.runPod("p");

        var attachment = node.networks.attachment(id.value());
        assertThat(attachment.netns())
                .isEqualTo(Path.of("/proc/%d/ns/net".formatted(node.shim(id).pid())));
        assertThat(attachment.podName()).isEqualTo("default/p");
        assertThat(attachment.portMappings()).isEqualTo(Samples.pod("p").portMappings());
    }

    @Test
    void files_areReadableByEveryUserOfAContainer() throws IOException {
        var id = node.runPod("p");

        var files = node.layout.podFiles(id);
        assertThat(files.resolve("hostname")).hasContent("p\n");
        assertThat(Files.readString(files.resolve("hosts"))).contains("10.88.0.2\tp");
        for (var name : new String[] {"hostname", "hosts", "resolv.conf"}) {
            assertThat(permissions(files.resolve(name))).isEqualTo("rw-r--r--");
        }
        assertThat(permissions(files)).isEqualTo("rwx--x--x");
        assertThat(permissions(node.layout.podRunDir(id))).isEqualTo("rwx--x--x");
    }

    @Test
    void podOnTheHostsNetwork_isAttachedToNone() throws IOException {
        var id = node.sandboxes().run().run(Samples.pod("p", 0, "", HOST));

        assertThat(node.networks.attached()).isEmpty();
        assertThat(node.sandbox(id).state())
                .isEqualTo(new SandboxState.Ready(node.shim(id).pid(), PodNetwork.host()));
        assertThat(Files.readString(node.layout.podFiles(id).resolve("hosts")))
                .isEqualTo(Files.readString(Path.of("/etc/hosts")));
    }

    @Test
    void sameRequestAgain_isAnsweredWithTheFirstsResult() throws IOException {
        var id = node.runPod("p");

        assertThat(node.runPod("p")).isEqualTo(id);
        assertThat(node.zygote.podCount()).isEqualTo(1);
    }

    @Test
    void sameRequestMeanwhile_joinsTheOneUnderWay() throws Exception {
        var making = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        node.makingPodsWith(
                (id, run, program) -> {
                    making.countDown();
                    awaitQuietly(goOn);
                    return node.zygote.createPod(id, run, program);
                });
        var first = inBackground(Samples.pod("p"));
        making.await();
        var second = inBackground(Samples.pod("p"));
        assertThat(node.sandboxes().store().list()).isEmpty();

        goOn.countDown();

        assertThat(second.get()).isEqualTo(first.get());
        assertThat(node.zygote.podCount()).isEqualTo(1);
    }

    @Test
    void sameNameWithAnotherConfig_isRefusedWithItsOwner() throws IOException {
        var id = node.runPod("p");

        assertThat(
                        Refusal.of(
                                () ->
                                        node.sandboxes()
                                                .run()
                                                .run(Samples.pod("p", 0, "/other", HOST))))
                .isEqualTo(
                        new Refusal(
                                FaultKind.NAME_TAKEN,
                                ("pod default/p uid uid-p attempt 0 belongs to pod sandbox %s;"
                                                + " remove it or raise metadata.attempt")
                                        .formatted(id)));
    }

    @Test
    void sameRequestAfterItWasStopped_isRefusedUntilItIsRemoved() throws IOException {
        var id = node.runPod("p");
        node.sandboxes().stop().run(id);

        assertThat(Refusal.of(() -> node.runPod("p")).kind()).isEqualTo(FaultKind.NAME_TAKEN);

        node.sandboxes().remove().run(id);
        assertThat(node.runPod("p")).isNotEqualTo(id);
    }

    @Test
    void nextAttempt_isAnotherSandbox() throws IOException {
        var id = node.runPod("p");

        assertThat(node.sandboxes().run().run(Samples.pod("p", 1, "", NamespaceOptions.pod())))
                .isNotEqualTo(id);
    }

    private FutureTask<PodSandboxId> inBackground(SandboxConfig config) {
        var task = new FutureTask<>(() -> node.sandboxes().run().run(config));
        Thread.startVirtualThread(task);
        return task;
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
