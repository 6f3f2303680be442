// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.manifest.MediaTypes;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.store.StoredImage;
import dev.ristretto.image.unpack.TarBuilder;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FaultyLinuxSyscalls;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.RecordingLinuxSyscalls;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The stores as a whole, on real files, held against skopeo and umoci. */
class ImageStoresComponentTest {
    private static final String NAME = "registry.example:5000/team/app";
    private static final String TAG = NAME + ":1.2";

    private static final byte[] BASE =
            new TarBuilder().directory("etc").file("etc/motd", "hello").build();
    private final ImageFixture image =
            ImageFixture.gzip(
                    "first", BASE, new TarBuilder().directory("etc").file("etc/1", "one").build());
    private final ImageFixture other =
            ImageFixture.gzip(
                    "other", BASE, new TarBuilder().directory("etc").file("etc/2", "two").build());

    @TempDir Path stateDir;
    private StoresFixture fixture;

    @BeforeEach
    void prepare() {
        fixture = new StoresFixture(stateDir);
    }

    @Test
    void layout_isReadBySkopeo() throws Exception {
        Tools.assume("skopeo");
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), TAG);
        }

        var byTag = Tools.run("skopeo", "inspect", "oci:" + fixture.layout() + ":" + TAG);
        var byDigest =
                Tools.run(
                        "skopeo",
                        "inspect",
                        "oci:%s:%s@%s".formatted(fixture.layout(), NAME, image.manifestDigest()));

        assertThat(byTag).contains(image.manifestDigest().toString()).isEqualTo(byDigest);
    }

    @Test
    void layout_isUnpackedByUmoci() throws Exception {
        Tools.assume("umoci");
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), TAG);
            other.importInto(stores.imports(), NAME + ":other");
        }
        var bundle = stateDir.resolve("bundle");

        Tools.run(
                "umoci",
                "unpack",
                "--rootless",
                "--image",
                fixture.layout() + ":" + TAG,
                bundle.toString());

        assertThat(bundle.resolve("rootfs/etc/motd")).hasContent("hello");
        assertThat(bundle.resolve("rootfs/etc/1")).hasContent("one");
    }

    @Test
    void open_byASecondProcess_isRefused() throws Exception {
        try (var _ = fixture.open()) {
            assertThatThrownBy(fixture::open)
                    .hasMessageContaining("another process has it open")
                    .hasMessageContaining("set another stateDir");
        }
        fixture.open().close();
    }

    @Test
    void image_isFoundByAllItsNames() throws Exception {
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), "docker.io/library/busybox:1", TAG);
            var hex = image.id().value().substring(7);

            for (var name :
                    List.of(
                            hex,
                            "sha256:" + hex,
                            hex.substring(0, 12),
                            "sha256:" + hex.substring(0, 3),
                            "busybox:1",
                            "docker.io/busybox:1",
                            "index.docker.io/library/busybox:1",
                            TAG,
                            "busybox@" + image.manifestDigest(),
                            "busybox:whatever@" + image.manifestDigest(),
                            NAME + "@" + image.manifestDigest())) {
                assertThat(stores.images().find(name))
                        .as(name)
                        .map(StoredImage::id)
                        .contains(image.id());
            }
            for (var name :
                    List.of(
                            "busybox",
                            "busybox:2",
                            "other@" + image.manifestDigest(),
                            "sha256:000",
                            "0".repeat(64))) {
                assertThat(stores.images().find(name)).as(name).isEmpty();
            }
            assertThatThrownBy(() -> stores.images().find("sha256:xyz"))
                    .hasMessageContaining("is not sha256: and 3 to 64");
            assertThatThrownBy(() -> stores.images().find("UPPER CASE"))
                    .isInstanceOf(RuntimeFault.class);
        }
    }

    @Test
    void image_ofSeveralNames_isOne() throws Exception {
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), TAG, NAME + ":2", "docker.io/library/app:3");

            var only = stores.images().list();

            assertThat(only).hasSize(1);
            assertThat(only.getFirst().repoTags())
                    .containsExactly(TAG, NAME + ":2", "docker.io/library/app:3");
            assertThat(only.getFirst().repoDigests())
                    .containsExactly(
                            NAME + "@" + image.manifestDigest(),
                            "docker.io/library/app@" + image.manifestDigest());
            assertThat(only.getFirst().config().cmd()).containsExactly("first");
            assertThat(only.getFirst().diffIds())
                    .containsExactly(image.diffId(0).toString(), image.diffId(1).toString());
        }
    }

    @Test
    void image_chosenFromAnIndex_hasTheIndexAsItsRepoDigest() throws Exception {
        var index =
                TarBuilder.bytes(
                        """
                        {"schemaVersion":2,"manifests":[{"mediaType":"%s","digest":"%s","size":%d}]}
                        """
                                .formatted(
                                        MediaTypes.OCI_MANIFEST,
                                        image.manifestDigest(),
                                        image.manifest().length));
        try (var stores = fixture.open();
                var running = stores.imports().begin()) {
            running.add(Digest.sha256(index), index);
            image.bring(running);
            image.publish(
                    running,
                    TAG,
                    Descriptor.of(MediaTypes.OCI_INDEX, Digest.sha256(index), index.length));
        }

        try (var stores = fixture.open()) {
            var stored = stores.images().find(TAG).orElseThrow();
            assertThat(stored.repoDigests()).containsExactly(NAME + "@" + Digest.sha256(index));
            assertThat(stores.images().find(NAME + "@" + Digest.sha256(index))).contains(stored);
            assertThat(fixture.blobs()).contains(Digest.sha256(index).hex()).hasSize(5);

            stores.removal().remove(image.id());

            assertThat(fixture.blobs()).isEmpty();
        }
    }

    @Test
    void tag_thatMoves_leavesTheOldImageItsDigest() throws Exception {
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), TAG);
            other.importInto(stores.imports(), TAG);

            var old = stores.images().find(image.id().value()).orElseThrow();

            assertThat(old.repoTags()).isEmpty();
            assertThat(old.repoDigests()).containsExactly(NAME + "@" + image.manifestDigest());
            assertThat(stores.images().find(TAG)).map(StoredImage::id).contains(other.id());
            assertThat(stores.images().list()).hasSize(2);
        }
    }

    @Test
    void size_isThatOfLayersConfigAndManifest() throws Exception {
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), TAG);

            // Each layer: a root, a directory, a file of one block; config and manifest: one each.
            assertThat(stores.images().list().getFirst().sizeBytes()).isEqualTo(8 * 4096);
            assertThat(stores.usage().images().getFirst().bytes()).isEqualTo(10 * 4096);
            assertThat(stores.usage().images().getFirst().inodes()).isEqualTo(2 * 3 + 4);
        }
    }

    @Test
    void images_areTheSameAfterARestart() throws Exception {
        List<StoredImage> before;
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), TAG, "busybox:1");
            other.importInto(stores.imports(), TAG);
            before = stores.images().list();
        }

        try (var stores = fixture.open()) {
            assertThat(stores.images().list()).isEqualTo(before);
            assertThat(stores.images().find(TAG)).map(StoredImage::id).contains(other.id());
        }
    }

    @Test
    void remove_takesAllTags_andLeavesWhatOthersUse() throws Exception {
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), TAG, "busybox:1");
            other.importInto(stores.imports(), NAME + ":other");

            stores.removal().remove(image.id());

            assertThat(stores.images().list())
                    .extracting(StoredImage::id)
                    .containsExactly(other.id());
            assertThat(fixture.layers())
                    .containsExactlyInAnyOrder(other.diffId(0).hex(), other.diffId(1).hex());
            assertThat(fixture.blobs()).hasSize(4);
            assertThat(fixture.hidden()).isEmpty();

            stores.removal().remove(other.id());
            stores.removal().remove(other.id());

            assertThat(fixture.layers()).isEmpty();
            assertThat(fixture.blobs()).isEmpty();
            assertThat(stores.usage().images().getFirst().bytes()).isZero();
        }
    }

    @Test
    void remove_whileAContainerHoldsTheLayers_leavesThem() throws Exception {
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), TAG);
            var rootfs = stores.snapshots().prepare("c1", image.id());

            stores.removal().remove(image.id());

            assertThat(stores.images().list()).isEmpty();
            assertThat(fixture.blobs()).isEmpty();
            assertThat(rootfs.lowerDirs()).allSatisfy(dir -> assertThat(dir).isDirectory());
        }
        try (var stores = fixture.open()) {
            assertThat(stores.snapshots().containerIds()).containsExactly("c1");
            assertThat(fixture.layers()).hasSize(2);

            stores.snapshots().remove("c1");

            assertThat(fixture.layers()).isEmpty();
            assertThat(fixture.hidden()).isEmpty();
        }
    }

    @Test
    void remove_whileAnImportUsesTheContent_leavesIt() throws Exception {
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), TAG);
            try (var running = stores.imports().begin()) {
                image.bring(running);

                stores.removal().remove(image.id());
                assertThat(stores.images().list()).isEmpty();
                image.publish(running, TAG);
            }

            assertThat(stores.images().find(TAG)).isPresent();
            assertThat(fixture.layers()).hasSize(2);
            assertThat(fixture.blobs()).hasSize(4);
        }
    }

    @Test
    void publish_waitsForTheDisk_onceAndOnlyIfThereIsSomethingNew() throws Exception {
        var recording = RecordingLinuxSyscalls.before(LinuxSyscalls.load());
        try (var stores = fixture.open(recording.syscalls())) {
            image.importInto(stores.imports(), TAG);
            assertThat(syncs(recording)).isEqualTo(1);

            image.importInto(stores.imports(), TAG);
            assertThat(syncs(recording)).isEqualTo(1);

            image.importInto(stores.imports(), NAME + ":new-name");
            assertThat(syncs(recording)).isEqualTo(2);
        }
    }

    private static long syncs(RecordingLinuxSyscalls recording) {
        return recording.calls().stream().filter(call -> call.startsWith("syncfs")).count();
    }

    @Test
    void importsAtOnce_withRemovals_leaveNoPartBehindOrMissing() throws Exception {
        long seed = System.nanoTime();
        try (var stores = fixture.open();
                var workers = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int worker = 0; worker < 4; worker++) {
                var random = new Random(seed + worker);
                running.add(workers.submit(() -> importAndRemove(stores, random)));
            }
            for (var worker : running) {
                assertThat(worker.get()).as("seed %d", seed).isNull();
            }

            for (var left : stores.images().list()) {
                stores.removal().remove(left.id());
            }
            assertThat(fixture.layers()).isEmpty();
            assertThat(fixture.blobs()).isEmpty();
            assertThat(fixture.hidden()).isEmpty();
        }
    }

    private @Nullable Void importAndRemove(ImageStores stores, Random random) throws IOException {
        for (int round = 0; round < 40; round++) {
            var which = random.nextBoolean() ? image : other;
            switch (random.nextInt(3)) {
                case 0 -> which.importInto(stores.imports(), TAG);
                case 1 -> stores.removal().remove(which.id());
                default -> useInContainer(stores, which, "c" + random.nextInt());
            }
        }
        return null;
    }

    private static void useInContainer(ImageStores stores, ImageFixture which, String containerId)
            throws IOException {
        try {
            var rootfs = stores.snapshots().prepare(containerId, which.id());
            assertThat(rootfs.lowerDirs()).allSatisfy(dir -> assertThat(dir).isDirectory());
            stores.snapshots().remove(containerId);
        } catch (RuntimeFault e) {
            assertThat(e.kind()).isEqualTo(FaultKind.NOT_FOUND);
        }
    }

    @Test
    void importThatBreaksOff_isInvisible_andKeptForAnHour() throws Exception {
        try (var stores = fixture.open()) {
            breakOff(stores);
            assertThat(stores.images().list()).isEmpty();
            assertThat(fixture.layers()).containsExactly(image.diffId(0).hex());

            fixture.jump(Duration.ofMinutes(61));
            other.importInto(stores.imports(), NAME + ":other");
            stores.removal().remove(other.id());

            assertThat(fixture.layers()).isEmpty();
            assertThat(fixture.blobs()).isEmpty();
        }
    }

    @Test
    void importThatBreaksOff_goesWhenSpaceIsWanted() throws Exception {
        try (var stores = fixture.open()) {
            other.importInto(stores.imports(), NAME + ":other");
            breakOff(stores);

            stores.removal().remove(other.id());

            assertThat(fixture.layers()).isEmpty();
            assertThat(fixture.blobs()).isEmpty();
        }
    }

    @Test
    void importThatBreaksOff_isGoneAfterARestart() throws Exception {
        try (var stores = fixture.open()) {
            breakOff(stores);
        }

        try (var _ = fixture.open()) {
            assertThat(fixture.layers()).isEmpty();
            assertThat(fixture.blobs()).isEmpty();
            assertThat(fixture.hidden()).isEmpty();
        }
    }

    private void breakOff(ImageStores stores) throws IOException {
        try (var broken = stores.imports().begin()) {
            image.bringLayer(broken, 0);
        }
    }

    @Test
    void open_afterAKill_cleansUpWhatWasUnfinished() throws Exception {
        fixture.open().close();
        Files.createDirectories(stateDir.resolve("layers/staging/7/diff/etc"));
        Files.createDirectories(stateDir.resolve("layers/trash/8/diff/etc"));
        Files.createDirectories(stateDir.resolve("layers/sha256/" + "a".repeat(64) + "/diff"));
        Files.createDirectories(stateDir.resolve("snapshots/staging/9/upper"));
        Files.createDirectories(stateDir.resolve("snapshots/half-removed/upper"));
        Files.writeString(fixture.layout().resolve("ingest/small-1"), "half");
        Files.writeString(fixture.layout().resolve("ingest/load-1"), "half");
        Files.writeString(fixture.layout().resolve("blobs/sha256/" + "b".repeat(64)), "unused");

        try (var stores = fixture.open()) {
            assertThat(fixture.hidden()).isEmpty();
            assertThat(fixture.layers()).isEmpty();
            assertThat(fixture.blobs()).isEmpty();
            assertThat(stores.snapshots().containerIds()).isEmpty();
            assertThat(stateDir.resolve("snapshots/half-removed")).doesNotExist();
        }
    }

    @Test
    void open_withADamagedImage_forgetsItAndKeepsTheOthers() throws Exception {
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), TAG);
            other.importInto(stores.imports(), NAME + ":other");
        }
        Files.writeString(
                fixture.layout().resolve("blobs/sha256/" + image.manifestDigest().hex()), "");

        try (var stores = fixture.open()) {
            assertThat(stores.images().list())
                    .extracting(StoredImage::id)
                    .containsExactly(other.id());
            assertThat(fixture.blobs()).hasSize(4);
            image.importInto(stores.imports(), TAG);
            assertThat(stores.images().list()).hasSize(2);
        }
    }

    @Test
    void open_withABrokenIndex_saysWhatToDo() throws Exception {
        fixture.open().close();
        Files.writeString(fixture.layout().resolve("index.json"), "{");

        assertThatThrownBy(fixture::open)
                .hasMessageStartingWith("read " + fixture.layout().resolve("index.json"))
                .hasMessageEndingWith("move it away to begin with an empty image store");
    }

    /** Whatever call fails: nothing visible, and nothing left once the store is opened anew. */
    @Test
    void import_whenTheKernelRefuses_leavesNothing() throws Exception {
        var linux = LinuxSyscalls.load();
        fixture.open().close();
        var outcomes = new ArrayList<String>();
        boolean tripped = true;
        for (int n = 1; tripped; n++) {
            var faulty = FaultyLinuxSyscalls.failing(linux, n, Errno.EIO);
            var outcome = "fails";
            try (var stores = fixture.open(faulty.syscalls())) {
                image.importInto(stores.imports(), TAG);
                outcome = "succeeds";
            } catch (IOException | RuntimeFault e) {
                assertThat(e).hasMessageContaining("EIO");
            }
            outcomes.add(outcome);
            tripped = faulty.tripped();
            try (var stores = fixture.open()) {
                var visible = stores.images().find(TAG).map(StoredImage::id);
                assertThat(visible)
                        .as("call %d %s", n, outcome)
                        .isEqualTo(
                                outcome.equals("fails")
                                        ? Optional.empty()
                                        : Optional.of(image.id()));
                stores.removal().remove(image.id());
                assertThat(fixture.layers()).isEmpty();
                assertThat(fixture.blobs()).isEmpty();
                assertThat(fixture.hidden()).isEmpty();
            }
        }
        assertThat(outcomes).hasSizeGreaterThan(30);
        assertThat(outcomes.subList(0, outcomes.size() - 1)).contains("fails");
        assertThat(outcomes.getLast()).isEqualTo("succeeds");
    }
}
