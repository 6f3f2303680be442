// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;

import java.util.TreeMap;

/** What a layer's directories shall look like, remembered until all is in them. */
final class LayerDirectories {
    private static final int IMPLICIT_MODE = 0755;
    private static final String OVERLAY_OPAQUE = "trusted.overlay.opaque";

    private final LinuxSyscalls linux;
    private final LayerTree tree;
    private final Attributes attributes;
    private final TreeMap<String, TarEntry> described = new TreeMap<>();
    private long remembered;

    LayerDirectories(LinuxSyscalls linux, LayerTree tree, Attributes attributes) {
        this.linux = linux;
        this.tree = tree;
        this.attributes = attributes;
    }

    /** An entry says what a directory, which is there, looks like; the last that does counts. */
    void describe(String path, TarEntry entry) throws LayerLimitException {
        remembered += path.length() + entry.name().length();
        for (var xattr : entry.xattrs().entrySet()) {
            remembered += xattr.getKey().length() + xattr.getValue().length;
        }
        UnpackLimits.checkRemembered(remembered);
        described.put(path, entry);
        tree.implicit().remove(path);
    }

    /** A directory is gone, with all below it. */
    void forget(String path) {
        LayerTree.forget(described.navigableKeySet(), path);
    }

    /** Makes them look so; deepest first, which may close the ones above. */
    void finish() throws SyscallException {
        for (var path : tree.opaque()) {
            if (!path.isEmpty()) {
                try (var directory = tree.openForChange(path)) {
                    linux.fsetxattr(directory.number(), OVERLAY_OPAQUE, "y".getBytes(US_ASCII), 0);
                }
            }
        }
        for (var path : tree.implicit().reversed()) {
            try (var directory = tree.openForChange(path)) {
                linux.fchmod(directory.number(), IMPLICIT_MODE);
            }
        }
        for (var entry : described.descendingMap().entrySet()) {
            try (var directory = tree.openForChange(entry.getKey())) {
                attributes.applyToDirectory(
                        tree.root(), entry.getKey(), directory, entry.getValue());
            }
        }
    }
}
