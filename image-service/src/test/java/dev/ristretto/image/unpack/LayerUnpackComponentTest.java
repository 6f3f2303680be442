// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.file.DeleteTree;
import dev.ristretto.file.DiskUsage;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.Digest.Algorithm;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FaultyLinuxSyscalls;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;

import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Real files, without root. */
class LayerUnpackComponentTest {
    private static final UnpackLimits LIMITS = new UnpackLimits(10_000_000, 1_000);

    private final LinuxSyscalls linux = LinuxSyscalls.load();

    @TempDir Path directory;
    private Path staging;
    private Path root;

    @BeforeEach
    void stage() throws IOException {
        staging = Files.createDirectory(directory.resolve("staging"));
        root = LayerUnpack.rootOf(staging);
    }

    /** JUnit would need minutes for the deepest trees. */
    @AfterEach
    void delete() throws IOException {
        DeleteTree.below(linux, directory, staging);
    }

    @Test
    void unpack_makesFilesWithTheirModesAndTimes() throws Exception {
        var tar =
                new TarBuilder()
                        .directory("./", 0750)
                        .directory("./dir/", 0555)
                        .file(
                                "./dir/program",
                                TarBuilder.bytes("#!"),
                                e -> {
                                    e.setMode(04755);
                                    e.addPaxHeader("mtime", "1000000000.987654300");
                                })
                        .symbolicLink("./link", "dir/program")
                        .hardLink("./same", "./dir/program")
                        .build();

        var unpacked = unpack(tar);

        assertThat(unpacked.diffId()).isEqualTo(Digest.sha256(tar));
        assertThat(mode(root)).isEqualTo(0750);
        assertThat(mode(root.resolve("dir"))).isEqualTo(0555);
        assertThat(mode(root.resolve("dir/program"))).isEqualTo(04755);
        assertThat(root.resolve("dir/program")).hasContent("#!");
        assertThat(modified(root.resolve("dir/program")))
                .isEqualTo(Instant.ofEpochSecond(1000000000, 987654300));
        assertThat(modified(root.resolve("dir"))).isEqualTo(TarBuilder.TIME);
        assertThat(modified(root)).isEqualTo(TarBuilder.TIME);
        assertThat(modified(root.resolve("link"))).isEqualTo(TarBuilder.TIME);
        assertThat(Files.readSymbolicLink(root.resolve("link"))).hasToString("dir/program");
        assertThat(Files.isSameFile(root.resolve("same"), root.resolve("dir/program"))).isTrue();
        assertThat(unpacked.summary().implicitDirs()).isEmpty();
    }

    @Test
    void unpack_countsWhatItTakes() throws Exception {
        var unpacked =
                unpack(
                        new TarBuilder()
                                .directory("dir")
                                .file("dir/large", new byte[50_000], _ -> {})
                                .file("small", "s")
                                .hardLink("dir/link", "small")
                                .file("small", "replaced")
                                .build());

        var walked = DiskUsage.of(linux, root);
        assertThat(unpacked.summary().inodes()).isEqualTo(walked.inodes());
        assertThat(unpacked.summary().bytes()).isEqualTo(walked.bytes());
    }

    @Test
    void unpack_countsAnew_whenADirectoryWasReplaced() throws Exception {
        var unpacked =
                unpack(
                        new TarBuilder()
                                .file("a/b/c", new byte[50_000], _ -> {})
                                .file("a", "a file now")
                                .build());

        assertThat(root.resolve("a")).hasContent("a file now");
        assertThat(unpacked.summary().inodes()).isEqualTo(2);
        assertThat(unpacked.summary().implicitDirs()).containsExactly("");
        assertThat(staging).isDirectoryNotContaining(p -> !p.equals(root));
    }

    @Test
    void unpack_ofMissingParents_makesThemAndSaysSo() throws Exception {
        var unpacked = unpack(new TarBuilder().file("a/b/file", "x").directory("a", 0700).build());

        assertThat(mode(root.resolve("a/b"))).isEqualTo(0755);
        assertThat(mode(root.resolve("a"))).isEqualTo(0700);
        assertThat(mode(root)).isEqualTo(0755);
        assertThat(unpacked.summary().implicitDirs()).containsExactly("", "a/b");
    }

    @Test
    void unpack_ofTheSameNameAgain_replaces() throws Exception {
        unpack(
                new TarBuilder()
                        .file("file", "old")
                        .file("file", "new")
                        .symbolicLink("file2", "/etc/hostname")
                        .file("file2", "not the host's")
                        .directory("dir")
                        .file("dir/kept", "kept")
                        .directory("dir", 0711)
                        .symbolicLink("was-link", "dir")
                        .directory("was-link")
                        .build());

        assertThat(root.resolve("file")).hasContent("new");
        assertThat(root.resolve("file2")).hasContent("not the host's");
        assertThat(Files.isSymbolicLink(root.resolve("file2"))).isFalse();
        assertThat(root.resolve("dir/kept")).hasContent("kept");
        assertThat(mode(root.resolve("dir"))).isEqualTo(0711);
        assertThat(Files.isDirectory(root.resolve("was-link"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    void unpack_ofAnAbsoluteName_startsAtTheRoot() throws Exception {
        unpack(new TarBuilder().file("/etc/absolute", "inside").build());

        assertThat(root.resolve("etc/absolute")).hasContent("inside");
    }

    @Test
    void unpack_throughAnAbsoluteLink_staysInside() throws Exception {
        var outside = Files.createDirectory(directory.resolve("outside"));
        unpack(
                new TarBuilder()
                        .symbolicLink("way-out", outside.toString())
                        .file("way-out/file", "inside")
                        .build());

        assertThat(outside).isEmptyDirectory();
        assertThat(root.resolve(outside.toString().substring(1) + "/file")).hasContent("inside");
    }

    @Test
    void unpack_throughALinkInTheLayer_followsIt() throws Exception {
        var unpacked =
                unpack(
                        new TarBuilder()
                                .directory("usr")
                                .directory("usr/lib")
                                .symbolicLink("lib", "usr/lib")
                                .file("lib/a", "a")
                                .file("lib/b", "b")
                                .symbolicLink("usr/up", "../lib")
                                .file("usr/up/c", "c")
                                .build());

        assertThat(root.resolve("usr/lib/a")).hasContent("a");
        assertThat(root.resolve("usr/lib/b")).hasContent("b");
        assertThat(root.resolve("usr/lib/c")).hasContent("c");
        assertThat(unpacked.summary().implicitDirs()).containsExactly("");
    }

    @Test
    void unpack_ofWhatLeadsOut_isRefusedAndTouchesNothing() throws Exception {
        var outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("victim"), "untouched");
        refused(
                new TarBuilder().file("../outside/victim", "x"),
                "entry '../outside/victim' leads out of the layer with '..'");
        refused(
                new TarBuilder().symbolicLink("up", "../../outside").file("up/victim", "x"),
                "entry 'up/victim' leads out of the layer through a symbolic link");
        refused(
                new TarBuilder().directory("d").symbolicLink("d/u", "../..").file("d/u/x", "x"),
                "entry 'd/u/x' leads out of the layer through a symbolic link");
        refused(
                new TarBuilder().hardLink("mine", "../outside/victim"),
                "entry '../outside/victim' leads out of the layer with '..'");
        refused(
                new TarBuilder().symbolicLink("up", "../../outside").hardLink("mine", "up/victim"),
                "entry 'up/victim' leads out of the layer through a symbolic link");
        refused(
                new TarBuilder().hardLink("mine", outside.resolve("victim").toString()),
                "entry 'mine' is a hard link to '%s', which is not in this layer before it"
                        .formatted(outside.resolve("victim")));

        assertThat(outside.resolve("victim")).hasContent("untouched");
        assertThat((Integer) Files.getAttribute(outside.resolve("victim"), "unix:nlink"))
                .isEqualTo(1);
    }

    @Test
    void unpack_ofOverwritingThroughALink_replacesTheLink() throws Exception {
        var victim = Files.writeString(directory.resolve("victim"), "untouched");
        unpack(
                new TarBuilder()
                        .symbolicLink("file", victim.toString())
                        .hardLink("file2", "file")
                        .file("file2", "x")
                        .build());

        assertThat(victim).hasContent("untouched");
        assertThat(root.resolve("file2")).hasContent("x");
    }

    @Test
    void unpack_ofNonsense_isRefusedByName() throws Exception {
        refused(
                new TarBuilder().file("a", "file").file("a/b", "x"),
                "entry 'a/b' lies in 'a', which is no directory");
        refused(
                new TarBuilder().symbolicLink("a", "b").symbolicLink("b", "a").file("a/x", "x"),
                "entry 'a/x' leads through more than 40 symbolic links");
        refused(
                new TarBuilder().hardLink("a", "missing"),
                "entry 'a' is a hard link to 'missing', which is not in this layer before it");
        refused(
                new TarBuilder().directory("d").hardLink("a", "d"),
                "entry 'a' is a hard link to the directory 'd'");
        refused(
                new TarBuilder().symbolicLink("/", "x"),
                "entry '/' is the layer's root, but no directory");
        assertThatThrownBy(() -> unpack(new TarBuilder().file("x".repeat(256), "x").build()))
                .isInstanceOf(BadLayerException.class)
                .hasMessageContaining("cannot be made")
                .hasMessageContaining("ENAMETOOLONG");
    }

    @Test
    void unpack_ofWhiteouts_makesOverlaysOwn() throws Exception {
        unpack(
                new TarBuilder()
                        .directory("dir")
                        .file("dir/.wh.gone", "")
                        .file("here", "kept")
                        .file(".wh.here", "")
                        .file(".wh..wh.aufs", "")
                        .file(".wh..wh.plnk/1.2", "")
                        .build());

        var gone = linux.statx(FileFlags.AT_FDCWD, root + "/dir/gone", 0);
        assertThat(Place.isWhiteout(gone)).isTrue();
        assertThat(root.resolve("here")).hasContent("kept");
        assertThat(root).isDirectoryNotContaining(p -> p.getFileName().toString().contains(".wh"));
    }

    @Test
    void unpack_overTheLimitOfBytes_stops() {
        var tar = new TarBuilder().file("bomb", new byte[11_000_000], _ -> {}).build();

        assertThatThrownBy(() -> unpack(TarBuilder.gzip(tar)))
                .isInstanceOf(LayerLimitException.class)
                .hasMessage(
                        "it holds more than 10000000 bytes; raise image.maxLayerBytes if the image"
                                + " is to be trusted");
    }

    @Test
    void unpack_overTheLimitOfEntries_stops() {
        var tar = new TarBuilder();
        for (int i = 0; i <= 1000; i++) {
            tar.file("f" + i, "");
        }

        assertThatThrownBy(() -> unpack(tar.build()))
                .isInstanceOf(LayerLimitException.class)
                .hasMessageContaining("more than 1000 entries; raise image.maxLayerEntries");
    }

    @Test
    void unpack_ofPathsThatMakeMoreThanTheyAre_stops() {
        var tar = new TarBuilder();
        for (int i = 0; i < 10; i++) {
            tar.file(i + "/" + "d/".repeat(150) + "f", "");
        }

        assertThatThrownBy(() -> unpack(tar.build()))
                .isInstanceOf(LayerLimitException.class)
                .hasMessageContaining("more than 1000 entries");
    }

    @Test
    void unpack_ofNamesThatFillTheMemory_stops() {
        var implicit = new TarBuilder();
        for (int i = 0; i < 6; i++) {
            implicit.file(i + "/" + "d/".repeat(2000) + "f", "");
        }
        var limits = new UnpackLimits(1L << 40, 1L << 40);

        assertThatThrownBy(
                        () ->
                                new LayerUnpack(linux, limits)
                                        .unpack(
                                                new ByteArrayInputStream(implicit.build()),
                                                staging,
                                                Algorithm.SHA256))
                .isInstanceOf(LayerLimitException.class)
                .hasMessageContaining("directories for which it has no entry");
    }

    @Test
    void unpack_ofAttributesThatFillTheMemory_stops() {
        var tar = new TarBuilder();
        for (int i = 0; i < 70; i++) {
            tar.entry(
                    "d" + i,
                    TarConstants.LF_DIR,
                    new byte[0],
                    e -> e.addPaxHeader("SCHILY.xattr.user.large", "x".repeat(1_000_000)));
        }

        assertThatThrownBy(
                        () ->
                                new LayerUnpack(linux, new UnpackLimits(1L << 40, 1000))
                                        .unpack(
                                                new ByteArrayInputStream(tar.build()),
                                                staging,
                                                Algorithm.SHA256))
                .isInstanceOf(LayerLimitException.class)
                .hasMessageContaining("names and attributes of its directories");
    }

    @Test
    void unpack_ofDataAfterTheTar_hashesItToo() throws Exception {
        var tar = new TarBuilder().file("f", "x").build();
        var longer = new byte[tar.length + 700_000];
        System.arraycopy(tar, 0, longer, 0, tar.length);
        longer[longer.length - 1] = 1;

        assertThat(unpack(longer).diffId()).isEqualTo(Digest.sha256(longer));
    }

    @Test
    void unpack_ofAnEmptyLayer_isAnEmptyDirectory() throws Exception {
        assertThat(unpack(new TarBuilder().build()).summary().inodes()).isEqualTo(1);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void unpack_withoutUserAttributesOnALink_goesOn() throws Exception {
        var tar =
                new TarBuilder()
                        .entry(
                                "link",
                                TarConstants.LF_SYMLINK,
                                new byte[0],
                                e -> {
                                    e.setLinkName("x");
                                    e.addPaxHeader("SCHILY.xattr.user.note", "n");
                                })
                        .build();

        unpack(tar);

        assertThat(Files.isSymbolicLink(root.resolve("link"))).isTrue();
    }

    @Test
    void digest_makesNoFile() throws Exception {
        var tar = new TarBuilder().file("f", "x").build();

        var diffId =
                new LayerUnpack(linux, LIMITS)
                        .digest(new ByteArrayInputStream(TarBuilder.gzip(tar)), Algorithm.SHA512);

        assertThat(diffId).isEqualTo(Digest.parse(diffId.toString()));
        assertThat(diffId.matches(tar)).isTrue();
        assertThat(staging).isEmptyDirectory();
    }

    @Test
    void unpack_whenTheKernelRefuses_saysWhatItAnswered() throws Exception {
        var tar =
                new TarBuilder()
                        .file("a/b", "content")
                        .symbolicLink("c", "a/b")
                        .hardLink("d", "a/b")
                        .file("a", "instead")
                        .build();
        List<String> missed = new ArrayList<>();
        int n = 1;
        for (boolean tripped = true; tripped; n++) {
            var faulty = FaultyLinuxSyscalls.failing(linux, n, Errno.ENOSPC);
            var place = Files.createDirectory(directory.resolve("n" + n));
            try {
                new LayerUnpack(faulty.syscalls(), LIMITS)
                        .unpack(new ByteArrayInputStream(tar), place, Algorithm.SHA256);
                if (faulty.tripped()) {
                    missed.add("call " + n);
                }
            } catch (SyscallException e) {
                assertThat(e.is(Errno.ENOSPC)).isTrue();
            }
            tripped = faulty.tripped();
        }

        assertThat(n).isGreaterThan(20);
        assertThat(missed).isEmpty();
    }

    private void refused(TarBuilder tar, String message) throws IOException {
        var place = Files.createTempDirectory(directory, "refused-");
        var bytes = tar.build();
        assertThatThrownBy(
                        () ->
                                new LayerUnpack(linux, LIMITS)
                                        .unpack(
                                                new ByteArrayInputStream(bytes),
                                                place,
                                                Algorithm.SHA256))
                .isInstanceOf(BadLayerException.class)
                .hasMessage(message);
    }

    private LayerUnpack.Unpacked unpack(byte[] blob) throws IOException {
        return new LayerUnpack(linux, LIMITS)
                .unpack(new ByteArrayInputStream(blob), staging, Algorithm.SHA256);
    }

    private static int mode(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    private static Instant modified(Path file) throws IOException {
        return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
    }
}
