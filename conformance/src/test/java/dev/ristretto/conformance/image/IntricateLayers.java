// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.image;

import dev.ristretto.cli.image.EntryAttributes;
import dev.ristretto.cli.image.LayerEntry;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * What makes layers hard, in three of them above a root file system: owners, modes, times, extended
 * attributes, hard links, device nodes, names of all kinds, and then whiteouts, opaque directories
 * and entries that replace others of another type.
 */
final class IntricateLayers {
    private static final Instant OLD = Instant.parse("1999-12-31T23:59:59Z");
    private static final Instant NEW = Instant.parse("2026-02-03T04:05:06Z");

    /** {@code cap_net_raw=ep}, as setcap(8) writes it: version 2, effective; see capability.h. */
    private static final byte[] CAP_NET_RAW =
            HexFormat.of().parseHex("0100000200200000000000000000000000000000");

    private IntricateLayers() {}

    static List<LayerEntry> first() {
        var plain = EntryAttributes.mode(0644).modifiedAt(OLD);
        return List.of(
                directory("./", 0755),
                directory("data", 0755),
                LayerEntry.file("data/plain", "first\n", plain.ownedBy(1000, 100)),
                LayerEntry.hardLink("data/second-name", "data/plain"),
                directory("data/deep", 0711),
                LayerEntry.hardLink("data/deep/third-name", "data/plain"),
                LayerEntry.file("data/empty", "", plain),
                LayerEntry.file("data/setuid", "#!/bin/sh\n", EntryAttributes.mode(04755)),
                LayerEntry.file("data/setgid", "#!/bin/sh\n", EntryAttributes.mode(02755)),
                LayerEntry.file("data/nobody-reads", "secret\n", EntryAttributes.mode(0)),
                LayerEntry.file("data/large-owner", "x", plain.ownedBy(3_000_000, 4_000_000)),
                new LayerEntry.Directory(
                        "data/shared", EntryAttributes.mode(02775).ownedBy(1000, 100)),
                directory("data/sticky", 01777),
                LayerEntry.file("data/noted", "x", plain.withXattr("user.note", bytes("crema"))),
                LayerEntry.file(
                        "data/capable",
                        "x",
                        EntryAttributes.mode(0755).withXattr("security.capability", CAP_NET_RAW)),
                new LayerEntry.Directory(
                        "data/noted-directory",
                        EntryAttributes.mode(0750)
                                .modifiedAt(OLD)
                                .withXattr("user.binary", new byte[] {0, 1, (byte) 0xff})),
                LayerEntry.symlink("data/relative-link", "deep/third-name"),
                LayerEntry.symlink("data/absolute-link", "/data/plain"),
                LayerEntry.symlink("data/dangling-link", "/nowhere/at/all"),
                LayerEntry.symlink("data/climbing-link", "../../../../../../etc/passwd"),
                LayerEntry.characterDevice("data/null", 1, 3, 0666),
                LayerEntry.characterDevice("data/large-device", 250, 70_000, 0600),
                new LayerEntry.BlockDevice("data/loop", 7, 0, EntryAttributes.mode(0660)),
                LayerEntry.fifo("data/fifo", 0620),
                LayerEntry.file("data/naïve ☕ name\twith tab", "x", plain),
                LayerEntry.file("data/" + "long-".repeat(40), "x", plain),
                directory("victim", 0755),
                LayerEntry.file("victim/goes", "x", plain),
                LayerEntry.file("victim/stays", "x", plain),
                directory("victim/tree", 0755),
                LayerEntry.file("victim/tree/leaf", "x", plain),
                directory("opaque", 0755),
                LayerEntry.file("opaque/old", "old\n", plain),
                directory("opaque/old-tree", 0755),
                LayerEntry.file("opaque/old-tree/leaf", "old\n", plain),
                LayerEntry.file("becomes-directory", "a file\n", plain),
                directory("becomes-file", 0755),
                LayerEntry.file("becomes-file/inside", "x", plain),
                LayerEntry.symlink("becomes-real", "/data"),
                LayerEntry.file("comes-back", "first life\n", plain));
    }

    /** Takes away and replaces. */
    static List<LayerEntry> second() {
        var plain = EntryAttributes.mode(0644).modifiedAt(NEW);
        return List.of(
                directory("victim", 0755),
                LayerEntry.whiteout("victim/goes"),
                LayerEntry.whiteout("victim/tree"),
                directory("opaque", 0700),
                LayerEntry.opaque("opaque"),
                LayerEntry.file("opaque/new", "new\n", plain),
                directory("becomes-directory", 0755),
                LayerEntry.file("becomes-directory/inside", "now a directory\n", plain),
                LayerEntry.file("becomes-file", "now a file\n", plain),
                directory("becomes-real", 0755),
                LayerEntry.file("becomes-real/inside", "not in data\n", plain),
                LayerEntry.whiteout("comes-back"),
                directory("data", 0755),
                LayerEntry.file("data/plain-too", "second\n", plain),
                LayerEntry.hardLink("data/plain-too-again", "data/plain-too"));
    }

    /** Puts back what was taken, changes what stays. */
    static List<LayerEntry> third() {
        var plain = EntryAttributes.mode(0600).modifiedAt(NEW);
        return List.of(
                LayerEntry.file("comes-back", "second life\n", plain),
                directory("victim", 0755),
                directory("victim/tree", 0700),
                LayerEntry.file("victim/tree/other-leaf", "x", plain),
                directory("opaque", 0700),
                LayerEntry.file("opaque/old", "again, from a third layer\n", plain),
                LayerEntry.whiteout("data/empty"),
                new LayerEntry.Directory("data/sticky", EntryAttributes.mode(0700).modifiedAt(NEW)),
                // What a container's mounts cover is in the image, so that nothing is made for
                // them.
                LayerEntry.file("etc/hostname", "", plain),
                LayerEntry.file("etc/hosts", "", plain),
                LayerEntry.file("etc/resolv.conf", "", plain));
    }

    private static LayerEntry directory(String path, int mode) {
        return new LayerEntry.Directory(path, EntryAttributes.mode(mode).modifiedAt(OLD));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
