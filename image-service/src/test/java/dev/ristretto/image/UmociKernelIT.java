// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.image.snapshot.Rootfs;
import dev.ristretto.image.unpack.TarBuilder;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/** A container's root, as overlay shows it, file by file against what umoci makes of the image. */
@Tag("root")
class UmociKernelIT {
    private static final int MS_REC = 0x4000;
    private static final int MS_PRIVATE = 0x40000;
    private static final String TAG = "example.org/all:1";

    private final LinuxSyscalls linux = LinuxSyscalls.load();

    @TempDir Path temporary;

    @BeforeEach
    void tools() {
        Tools.assume("umoci");
    }

    @Test
    void merged_layersWithEverything_equalUmociUnpack() throws Exception {
        sameAsUmoci(base(), change(), top());
    }

    @Test
    void merged_layersOfARootThatAppearsAndHides_equalUmociUnpack() throws Exception {
        sameAsUmoci(
                base(),
                root().file("only", "this").file(".wh..wh..opq", "").build(),
                root().file("and", "that").build());
    }

    @Test
    void merged_layersWithoutParents_equalUmociUnpack() throws Exception {
        sameAsUmoci(
                base(),
                new TarBuilder()
                        .file("tmp/dropped", "implicit parent of mode 1777")
                        .file("srv/deep/er/file", "two implicit parents")
                        .build(),
                new TarBuilder().file("srv/deep/second", "once more").build());
    }

    @Test
    void merged_theSameLayerTwice_equalsUmociUnpack() throws Exception {
        sameAsUmoci(base(), change(), base());
    }

    private static TarBuilder root() {
        return new TarBuilder().directory("./", 0751);
    }

    private static byte[] base() {
        var tar = root();
        tar.directory("etc").file("etc/keep", "kept").file("etc/gone", "to be removed");
        tar.directory("etc/removed.d").file("etc/removed.d/file", "x");
        tar.directory("opaque").file("opaque/hidden", "below").directory("opaque/sub");
        tar.file("opaque/sub/hidden-too", "below");
        tar.entry("tmp", TarConstants.LF_DIR, new byte[0], e -> e.setMode(01777));
        tar.directory("srv", 0700).directory("srv/deep", 0555).directory("srv/deep/er", 02775);
        tar.file(
                "program",
                TarBuilder.bytes("#!/bin/false"),
                e -> {
                    e.setMode(06755);
                    e.setUserId(12);
                    e.setGroupId(34);
                    e.addPaxHeader("mtime", "1111111111.222222200");
                });
        tar.hardLink("program2", "program").hardLink("etc/program3", "program");
        tar.symbolicLink("relative", "etc/keep").symbolicLink("absolute", "/etc/keep");
        tar.symbolicLink("dangling", "nowhere");
        tar.device("null", 1, 3);
        tar.entry("disk", TarConstants.LF_BLK, new byte[0], e -> numbers(e, 259, 70000));
        tar.entry("fifo", TarConstants.LF_FIFO, new byte[0], e -> e.setMode(0602));
        tar.file(
                "largest-owner",
                new byte[10],
                e -> {
                    e.setUserId(4_000_000_000L);
                    e.setGroupId(3_000_000);
                });
        tar.file(
                "attributes",
                new byte[3],
                e -> {
                    e.addPaxHeader("SCHILY.xattr.user.note", "a value");
                    e.addPaxHeader("SCHILY.xattr.trusted.note", "of root");
                });
        tar.directory("attributes.d");
        tar.entry(
                "attributes.d",
                TarConstants.LF_DIR,
                new byte[0],
                e -> e.addPaxHeader("SCHILY.xattr.user.note", "of a directory"));
        tar.file("file-then-directory", "x").directory("directory-then-file");
        tar.file("directory-then-file/inner", "x");
        tar.file("n".repeat(255), "the longest name").file("ünï/cödé", "not ASCII");
        tar.file("d/" + "e/".repeat(60) + "deep", "deep");
        return tar.build();
    }

    private static void numbers(TarArchiveEntry entry, int major, int minor) {
        entry.setDevMajor(major);
        entry.setDevMinor(minor);
    }

    private static byte[] change() {
        var tar = root();
        tar.directory("etc", 0711).file("etc/.wh.gone", "").file("etc/.wh.removed.d", "");
        tar.file("etc/new", "new");
        tar.directory("opaque", 0750).file("opaque/.wh..wh..opq", "").file("opaque/seen", "above");
        tar.directory("file-then-directory").file("file-then-directory/inner", "y");
        tar.file("directory-then-file", "a file now");
        tar.file("program", TarBuilder.bytes("replaced"), e -> e.setMode(04711));
        tar.hardLink("program-again", "program");
        tar.file(".wh.fifo", "").file(".wh.dangling", "");
        return tar.build();
    }

    private static byte[] top() {
        var tar = root();
        // Gone and here again, in one layer: nothing of the old one may show through.
        tar.file("opaque/.wh.seen", "");
        tar.file(".wh.etc", "").directory("etc", 0755).file("etc/fresh", "alone here");
        tar.symbolicLink("relative", "etc/fresh");
        tar.file("fifo", "a file now");
        return tar.build();
    }

    private void sameAsUmoci(byte[]... layers) throws Exception {
        var image = ImageFixture.gzip("all", layers);
        var fixture = new StoresFixture(temporary.resolve("state"));
        var bundle = temporary.resolve("bundle");
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), TAG);
            Tools.run(
                    "umoci", "unpack", "--image", fixture.layout() + ":" + TAG, bundle.toString());

            var merged = merged(stores.snapshots().prepare("c1", image.id()));

            var umocis = TreeListing.of(linux, bundle.resolve("rootfs"));
            assertThat(umocis).hasSizeGreaterThan(2);
            assertThat(differences(merged, umocis)).isEmpty();
        }
    }

    private static List<String> differences(Map<String, String> ours, Map<String, String> umocis) {
        var names = new TreeSet<>(ours.keySet());
        names.addAll(umocis.keySet());
        var differences = new ArrayList<String>();
        for (var name : names) {
            var our = comparable(name, ours.getOrDefault(name, "nothing"));
            var umoci = comparable(name, umocis.getOrDefault(name, "nothing"));
            if (!our.equals(umoci)) {
                differences.add("%s%n  is     %s%n  umoci: %s".formatted(name, our, umoci));
            }
        }
        return differences;
    }

    /** No entry tells the time of a directory that only has children; umoci leaves the root's. */
    private static String comparable(String name, String description) {
        var time = name.equals(".") ? "[^ ]*" : "20[2-9][^ ]*";
        return description.startsWith("mode 04")
                ? description.replaceFirst("modified " + time, "modified now")
                : description;
    }

    /** Overlay in a mount namespace of its own; unsharing is for one thread, which ends with it. */
    private SortedMap<String, String> merged(Rootfs rootfs) throws Exception {
        var target = Files.createDirectory(temporary.resolve("merged"));
        var task = new FutureTask<>(() -> mountAndList(rootfs, target));
        Thread.ofPlatform().name("own-mount-namespace").start(task);
        return task.get();
    }

    private SortedMap<String, String> mountAndList(Rootfs rootfs, Path target) throws IOException {
        linux.unshare(ProcessFlags.CLONE_NEWNS);
        linux.mount("none", "/", "none", MS_REC | MS_PRIVATE, "");
        var options =
                "lowerdir=%s,upperdir=%s,workdir=%s"
                        .formatted(
                                rootfs.lowerDirs().stream()
                                        .map(Path::toString)
                                        .collect(Collectors.joining(":")),
                                rootfs.upperDir(),
                                rootfs.workDir());
        linux.mount("overlay", target.toString(), "overlay", 0, options);
        return TreeListing.of(linux, target);
    }
}
