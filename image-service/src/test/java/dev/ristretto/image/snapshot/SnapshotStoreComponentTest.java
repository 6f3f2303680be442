// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.ImageFixture;
import dev.ristretto.image.ImageStores;
import dev.ristretto.image.StoresFixture;
import dev.ristretto.image.unpack.TarBuilder;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FaultyLinuxSyscalls;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

class SnapshotStoreComponentTest {
    private static final byte[] BASE =
            new TarBuilder().directory("./", 0711).directory("tmp", 01777).build();
    private static final byte[] TOP =
            new TarBuilder().directory("./", 0750).file("tmp/file", "x").build();
    private final ImageFixture image = ImageFixture.gzip("one", BASE, TOP);
    private final ImageFixture other = ImageFixture.gzip("two", BASE);

    @TempDir Path stateDir;
    private StoresFixture fixture;
    private ImageStores stores;

    @BeforeEach
    void open() throws IOException {
        fixture = new StoresFixture(stateDir);
        stores = fixture.open();
        image.importInto(stores.imports(), "app:1");
        other.importInto(stores.imports(), "app:2");
    }

    @AfterEach
    void close() throws IOException {
        stores.close();
    }

    @Test
    void prepare_givesTheLayersTopmostFirst() throws Exception {
        var rootfs = stores.snapshots().prepare("c1", image.id());

        assertThat(rootfs.lowerDirs())
                .containsExactly(
                        fixture.layer(image.diffId(1).hex()), fixture.layer(image.diffId(0).hex()));
        assertThat(rootfs.upperDir()).isDirectory();
        assertThat(rootfs.workDir()).isEmptyDirectory();
    }

    @Test
    void prepare_givesTheRootTheModeOfTheTopmostLayer() throws Exception {
        assertThat(mode(stores.snapshots().prepare("c1", image.id()).upperDir())).isEqualTo(0750);
        assertThat(mode(stores.snapshots().prepare("c2", other.id()).upperDir())).isEqualTo(0711);
    }

    @Test
    void prepare_describesDirectoriesThatTheTopmostLayerDoesNot() throws Exception {
        var upper = stores.snapshots().prepare("c1", image.id()).upperDir();

        assertThat(mode(upper.resolve("tmp"))).isEqualTo(01777);
        assertThat(upper.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void directoriesOnTheWay_canBeSearchedByTheRootOfAUserNamespace() throws Exception {
        var rootfs = stores.snapshots().prepare("c1", image.id());

        for (var dir : rootfs.lowerDirs()) {
            assertThat(mode(dir.resolve(".."))).isEqualTo(0711);
            assertThat(mode(dir.resolve("../.."))).isEqualTo(0711);
        }
        assertThat(mode(rootfs.upperDir().resolve(".."))).isEqualTo(0711);
        assertThat(mode(stateDir.resolve("snapshots"))).isEqualTo(0711);
        assertThat(mode(fixture.layout())).isEqualTo(0700);
    }

    @Test
    void prepare_again_answersTheSame() throws Exception {
        var first = stores.snapshots().prepare("c1", image.id());
        Files.writeString(first.upperDir().resolve("change"), "kept");

        assertThat(stores.snapshots().prepare("c1", image.id())).isEqualTo(first);
        assertThat(stores.snapshots().find("c1")).contains(first);
        assertThat(first.upperDir().resolve("change")).hasContent("kept");
        assertThatThrownBy(() -> stores.snapshots().prepare("c1", other.id()))
                .hasMessageContaining("it has one over image " + image.id());
    }

    @Test
    void snapshots_areThereAfterARestart() throws Exception {
        var before = stores.snapshots().prepare("c1", image.id());
        Files.writeString(before.upperDir().resolve("change"), "kept");
        stores.close();
        stores = fixture.open();

        assertThat(stores.snapshots().containerIds()).containsExactly("c1");
        assertThat(stores.snapshots().find("c1")).contains(before);
        assertThat(before.upperDir().resolve("change")).hasContent("kept");
    }

    @Test
    void prepare_overAnImageThatIsGone_isNotFound() throws Exception {
        stores.removal().remove(image.id());

        assertThatThrownBy(() -> stores.snapshots().prepare("c1", image.id()))
                .hasMessage("image %s is not here; pull it", image.id())
                .extracting(e -> ((RuntimeFault) e).kind())
                .isEqualTo(FaultKind.NOT_FOUND);
        assertThat(fixture.hidden()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "../x", "staging", "trash", "-x", "a\0b"})
    void prepare_underAnIdThatIsNoName_isRefused(String containerId) {
        assertThatThrownBy(() -> stores.snapshots().prepare(containerId, image.id()))
                .hasMessageEndingWith("cannot name a directory");
    }

    @Test
    void remove_takesEverything_andUnknownIsFine() throws Exception {
        var rootfs = stores.snapshots().prepare("c1", image.id());
        Files.createDirectories(rootfs.upperDir().resolve("a/b/c"));

        stores.snapshots().remove("c1");
        stores.snapshots().remove("c1");

        assertThat(stores.snapshots().containerIds()).isEmpty();
        assertThat(stores.snapshots().find("c1")).isEmpty();
        assertThat(stateDir.resolve("snapshots/c1")).doesNotExist();
        assertThat(fixture.hidden()).isEmpty();
        assertThat(rootfs.lowerDirs()).allSatisfy(dir -> assertThat(dir).isDirectory());
    }

    @Test
    void usage_isWalkedNow_andTheTotalAtMostAMinuteOld() throws Exception {
        var upper = stores.snapshots().prepare("c1", other.id()).upperDir();
        var before = stores.snapshots().usage("c1");

        Files.write(upper.resolve("file"), new byte[8192]);

        assertThat(stores.usage().containers().getFirst().bytes()).isEqualTo(before.bytes());
        fixture.jump(Duration.ofSeconds(61));
        var after = stores.usage().containers().getFirst();
        assertThat(after.bytes()).isEqualTo(before.bytes() + 8192);
        assertThat(after.inodes()).isEqualTo(before.inodes() + 1);
        assertThat(stores.snapshots().usage("c1").bytes()).isEqualTo(after.bytes());
        assertThatThrownBy(() -> stores.snapshots().usage("c2"))
                .hasMessage("container c2 has no snapshot");
    }

    @Test
    void usage_ofImagesAndContainers_namesOneDirectory() throws Exception {
        // Different ones would tell the kubelet that there are two file systems.
        assertThat(stores.usage().images().getFirst().directory()).isEqualTo(stateDir);
        assertThat(stores.usage().containers().getFirst().directory()).isEqualTo(stateDir);
    }

    @Test
    void image_withoutLayers_hasAnEmptyOneToLieOn() throws Exception {
        var empty = ImageFixture.plain("none");
        empty.importInto(stores.imports(), "app:0");

        var rootfs = stores.snapshots().prepare("c0", empty.id());

        assertThat(rootfs.lowerDirs()).hasSize(1);
        assertThat(rootfs.lowerDirs().getFirst()).isEmptyDirectory();
        assertThat(mode(rootfs.upperDir())).isEqualTo(0755);
    }

    @Test
    void prepare_whenTheKernelRefuses_leavesNothing() throws Exception {
        stores.close();
        boolean tripped = true;
        int refused = 0;
        for (int n = 1; tripped; n++) {
            // Opening makes calls too; those that fail it are another test's.
            var faulty = FaultyLinuxSyscalls.failing(LinuxSyscalls.load(), n, Errno.ENOSPC);
            try (var failing = fixture.open(faulty.syscalls())) {
                try {
                    failing.snapshots().prepare("c1", image.id());
                } catch (RuntimeFault e) {
                    refused++;
                    assertThat(e.kind()).isEqualTo(FaultKind.EXHAUSTED);
                    assertThat(failing.snapshots().containerIds()).isEmpty();
                    assertThat(fixture.hidden()).isEmpty();
                }
                failing.snapshots().remove("c1");
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("ENOSPC");
            }
            tripped = faulty.tripped();
        }
        assertThat(refused).isGreaterThan(5);
        stores = fixture.open();
        assertThat(stores.images().list()).hasSize(2);
    }

    private static int mode(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:mode") & 07777;
    }
}
