// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.image.store.ImageId;
import dev.ristretto.image.store.StoredImage;
import dev.ristretto.runtime.app.FakeImages;
import dev.ristretto.runtime.app.Refusal;
import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.shim.FakeRequest;
import dev.ristretto.runtime.spec.ImageMount;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.ProcessIdentity;
import dev.ristretto.runtime.store.JsonRecords;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;

class CreateContainerComponentTest {
    private static final String WEB = FakeImages.WEB.repoTags().getFirst();

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
    void answer_meansCreatedAndWrittenDown() throws IOException {
        var id = node.create(pod, "c");

        var container = node.container(id);
        assertThat(container.state()).isEqualTo(new ContainerState.Created());
        assertThat(container.podSandboxId()).isEqualTo(pod);
        assertThat(container.config()).isEqualTo(Samples.container("c"));
        assertThat(container.createdAt()).isEqualTo(node.clock.instant());
        assertThat(container.cgroup()).isEqualTo("/ristretto/" + pod + "/" + id);
        assertThat(container.logPath()).contains(directory.resolve("c.log"));
        var file = node.layout.containerRecord(id);
        assertThat(new JsonRecords<>(Container.class, _ -> file).read(file)).contains(container);
    }

    @Test
    void nothingOfTheImage_runs() throws IOException {
        node.create(pod, "c");

        assertThat(node.shim(pod).requests(FakeRequest.Start.class)).isEmpty();
    }

    @Test
    void process_isResolvedFromImageAndItsFiles() throws IOException {
        var process = node.container(node.create(pod, "c")).process();

        assertThat(process.argv()).containsExactly("/bin/web", "--serve");
        assertThat(process.workingDir()).isEqualTo("/www");
        assertThat(process.identity()).isEqualTo(new ProcessIdentity(33, 33, List.of(33L, 44L)));
        assertThat(process.environment()).contains("LANG=C", "HOME=/www", "HOSTNAME=p");
        assertThat(process.stopSignal()).isEqualTo(15);
    }

    @Test
    void image_isRememberedAsItIsNow() throws IOException {
        var image = node.container(node.create(pod, "c")).image();

        assertThat(image)
                .isEqualTo(
                        new ContainerImage(
                                FakeImages.WEB.id(),
                                WEB,
                                FakeImages.WEB.repoDigests().getFirst(),
                                Set.of("/cache")));
    }

    @Test
    void imageWithoutNames_isRememberedByItsId() throws IOException {
        var id = new ImageId("sha256:" + "99".repeat(32));
        node.images.add(
                new StoredImage(
                        id, List.of(), List.of(), 1, FakeImages.WEB.config(), List.of(), false));

        var container =
                node.containers()
                        .create()
                        .run(pod, Samples.container("c", 0, id.value(), NamespaceMode.CONTAINER));

        assertThat(node.container(container).image().name()).isEqualTo(id.value());
        assertThat(node.container(container).image().ref()).isEqualTo(id.value());
    }

    @Test
    void imageVolume_isHeldAsLongAsTheContainerIsThere() throws IOException {
        var id =
                node.containers()
                        .create()
                        .run(
                                pod,
                                Samples.container(
                                        "c", imageMount(WEB, "etc"), imageMount(WEB, "")));

        assertThat(node.container(id).imageVolumes())
                .containsExactly(
                        new ImageVolume(FakeImages.WEB.id(), "/etc", true),
                        new ImageVolume(FakeImages.WEB.id(), "/", true));
        assertThat(node.snapshots.containerIds())
                .containsExactlyInAnyOrder(id.value(), id + ".0", id + ".1");
        node.restart();
        assertThat(node.snapshots.containerIds()).hasSize(3);

        node.containers().remove().run(id);

        assertThat(node.snapshots.containerIds()).isEmpty();
    }

    @Test
    void imageVolume_thatCannotBe_isRefusedAsTheKubeletKnowsIt_andLeavesNothing()
            throws IOException {
        assertThat(refused(imageMount("gone:1", "")))
                .isEqualTo(
                        new Refusal(
                                FaultKind.CRI_NAMED,
                                "ImageVolumeMountFailed: mount image gone:1 on /v: it is not on this"
                                        + " node; pull it first"));
        assertThat(refused(imageMount(WEB, "no/such")))
                .isEqualTo(
                        new Refusal(
                                FaultKind.CRI_NAMED,
                                "ImageVolumeMountFailed: mount image "
                                        + WEB
                                        + " on /v:"
                                        + " image_sub_path 'no/such' is no directory or file of it"));
        assertThat(node.snapshots.containerIds()).isEmpty();
        assertThat(node.containers().store().list()).isEmpty();
    }

    private Refusal refused(MountConfig mount) {
        return Refusal.of(() -> node.containers().create().run(pod, Samples.container("c", mount)));
    }

    private static MountConfig imageMount(String image, String subPath) {
        return new MountConfig(
                "/v",
                "",
                true,
                false,
                MountConfig.Propagation.PRIVATE,
                Optional.of(new ImageMount(image, "", subPath)),
                List.of());
    }

    @Test
    void cgroup_isMadeWithItsLimits_andNothingRuns() throws IOException {
        var container = node.container(node.create(pod, "c"));

        assertThat(node.cgroups.limits(container.cgroup())).isEqualTo(container.limits());
        assertThat(container.limits()).isEqualTo(Samples.container("c").limits());
        assertThat(node.shim(pod).requests(FakeRequest.Start.class)).isEmpty();
    }

    @Test
    void sameRequestAgain_isAnsweredWithTheFirstContainer() throws IOException {
        var id = node.create(pod, "c");

        assertThat(node.create(pod, "c")).isEqualTo(id);
        assertThat(node.containers().store().list()).hasSize(1);
    }

    @Test
    void sameRequestMeanwhile_makesOneContainer() throws Exception {
        var first = new FutureTask<>(() -> node.create(pod, "c"));
        var second = new FutureTask<>(() -> node.create(pod, "c"));
        Thread.startVirtualThread(first);
        Thread.startVirtualThread(second);

        assertThat(first.get()).isEqualTo(second.get());
        assertThat(node.containers().store().list()).hasSize(1);
    }

    @Test
    void sameNameWithAnotherConfig_isRefusedWithItsOwner() throws IOException {
        var id = node.create(pod, "c");

        assertThat(
                        Refusal.of(
                                () ->
                                        node.containers()
                                                .create()
                                                .run(
                                                        pod,
                                                        Samples.container(
                                                                "c", 0, WEB, NamespaceMode.POD))))
                .isEqualTo(
                        new Refusal(
                                FaultKind.NAME_TAKEN,
                                ("container c attempt 0 of pod default/p is container %s; remove it"
                                                + " or raise metadata.attempt")
                                        .formatted(id)));
    }

    @Test
    void sameNameInAnotherPod_isAnotherContainer() throws IOException {
        var id = node.create(pod, "c");

        assertThat(node.create(node.runPod("other"), "c")).isNotEqualTo(id);
    }

    @Test
    void unknownPod_isNotFound() {
        var unknown = new PodSandboxId("00".repeat(32));

        assertThat(Refusal.of(() -> node.create(unknown, "c")))
                .isEqualTo(
                        new Refusal(
                                FaultKind.NOT_FOUND,
                                "pod sandbox %s not found".formatted(unknown)));
    }

    @Test
    void stoppedPod_isRefused() throws IOException {
        node.sandboxes().stop().run(pod);

        assertThat(Refusal.of(() -> node.create(pod, "c")))
                .isEqualTo(
                        new Refusal(
                                FaultKind.WRONG_STATE,
                                "create container c in pod default/p: the pod sandbox is not"
                                        + " ready"));
    }

    @Test
    void imageThatIsNotHere_isNotFoundAndLeavesNothing() throws IOException {
        var things = node.things();

        assertThat(
                        Refusal.of(
                                () ->
                                        node.containers()
                                                .create()
                                                .run(
                                                        pod,
                                                        Samples.container(
                                                                "c",
                                                                0,
                                                                "gone:1",
                                                                NamespaceMode.CONTAINER))))
                .isEqualTo(
                        new Refusal(
                                FaultKind.NOT_FOUND,
                                "image gone:1 of container c is not on this node; pull it first"));

        assertThat(node.things()).isEqualTo(things);
    }
}
