// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image;

import dev.ristretto.image.reference.Digest;
import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.FileStatus;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that can be told of each file below a directory, as text by its path. */
public final class TreeListing {
    private static final int AT_FDCWD = FileFlags.AT_FDCWD;

    private final LinuxSyscalls linux;
    private final SortedMap<String, String> listing = new TreeMap<>();
    private final Map<Long, String> firstNames = new HashMap<>();

    private TreeListing(LinuxSyscalls linux) {
        this.linux = linux;
    }

    public static SortedMap<String, String> of(LinuxSyscalls linux, Path root) throws IOException {
        var tree = new TreeListing(linux);
        tree.add(root.toString(), ".");
        return tree.listing;
    }

    private void add(String root, String name) throws IOException {
        var path = root + "/" + name;
        var status = linux.statx(AT_FDCWD, path, FileFlags.AT_SYMLINK_NOFOLLOW);
        listing.put(name, describe(path, name, status));
        if (status.isDirectory()) {
            var names = new TreeSet<String>();
            try (var directory =
                    Fd.open(linux, Path.of(path), FileFlags.O_RDONLY | FileFlags.O_DIRECTORY)) {
                for (var batch = linux.getdents64(directory.number());
                        !batch.isEmpty();
                        batch = linux.getdents64(directory.number())) {
                    batch.forEach(entry -> names.add(entry.name()));
                }
            }
            for (var child : names) {
                add(root, name + "/" + child);
            }
        }
    }

    private String describe(String path, String name, FileStatus status) throws IOException {
        var text = new StringBuilder();
        text.append(
                "mode %06o owner %d:%d"
                        .formatted(
                                status.mode(),
                                Integer.toUnsignedLong(status.uid()),
                                Integer.toUnsignedLong(status.gid())));
        text.append(" modified ").append(status.modified());
        switch (status.type()) {
            case FileFlags.S_IFREG -> {
                text.append(" content ").append(content(path));
                text.append(" same as ");
                text.append(firstNames.computeIfAbsent(status.inode(), _ -> name));
            }
            case FileFlags.S_IFLNK -> text.append(" to ").append(linux.readlinkat(AT_FDCWD, path));
            case FileFlags.S_IFCHR, FileFlags.S_IFBLK ->
                    text.append(" device ").append(status.represents());
            default -> {}
        }
        var xattrs = new TreeMap<String, String>();
        for (var xattr : linux.llistxattr(path)) {
            if (!xattr.startsWith("trusted.overlay.")) {
                xattrs.put(xattr, HexFormat.of().formatHex(linux.lgetxattr(path, xattr)));
            }
        }
        return text.append(" xattrs ").append(xattrs).toString();
    }

    private String content(String path) throws IOException {
        try (var file = Fd.open(linux, Path.of(path), FileFlags.O_RDONLY)) {
            var buffer = ByteBuffer.allocate(1 << 20);
            while (linux.read(file.number(), buffer) > 0) {
                // whole files of a test fit
            }
            var bytes = new byte[buffer.flip().remaining()];
            buffer.get(bytes);
            return Digest.sha256(bytes).toString();
        }
    }
}
