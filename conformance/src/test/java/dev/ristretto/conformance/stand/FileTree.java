// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything that a tree of files tells: by relative path one line with type, mode, owner, time to
 * the second, content, link target, device number, extended attributes, and the first path of the
 * same inode. Two trees are the same when their lines are.
 */
public final class FileTree {
    /** File types in st_mode, see inode(7). */
    private static final int S_IFMT = 0170000;

    private static final int S_IFLNK = 0120000;
    private static final int S_IFREG = 0100000;
    private static final int S_IFBLK = 0060000;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFCHR = 0020000;

    private final Path root;
    private final Set<Path> covered;
    private final Map<String, String> lines = new TreeMap<>();
    private final Map<Long, String> inodes = new HashMap<>();

    private FileTree(Path root, Set<Path> covered) {
        this.root = root;
        this.covered = covered;
    }

    /**
     * Reads a tree.
     *
     * @param covered paths relative to the root that are not looked at, nor what is below them
     */
    public static Map<String, String> read(Path root, Set<Path> covered) throws IOException {
        // The dot follows a root that is a link, such as /proc/1/root.
        var start = root.resolve(".");
        var tree = new FileTree(start, covered);
        Files.walkFileTree(start, tree.new Visitor());
        return tree.lines;
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
                throws IOException {
            if (covered.contains(root.relativize(path))) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            add(path);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
                throws IOException {
            if (!covered.contains(root.relativize(path))) {
                add(path);
            }
            return FileVisitResult.CONTINUE;
        }
    }

    private void add(Path path) throws IOException {
        var name = root.relativize(path).toString();
        var stat = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) number(stat, "mode");
        var line = new StringBuilder();
        line.append(
                "mode %o owner %d:%d".formatted(mode, number(stat, "uid"), number(stat, "gid")));
        var modified = (FileTime) Objects.requireNonNull(stat.get("lastModifiedTime"));
        line.append(" time ").append(modified.toInstant().getEpochSecond());
        switch (mode & S_IFMT) {
            case S_IFLNK -> line.append(" -> ").append(Files.readSymbolicLink(path));
            case S_IFREG ->
                    line.append(" size %d sha256 %s".formatted(number(stat, "size"), sha256(path)));
            case S_IFCHR, S_IFBLK -> line.append(" device ").append(number(stat, "rdev"));
            default -> {}
        }
        if ((mode & S_IFMT) != S_IFLNK) {
            line.append(xattrs(path));
        }
        if ((mode & S_IFMT) != S_IFDIR && number(stat, "nlink") > 1) {
            var first = inodes.putIfAbsent(number(stat, "ino"), name);
            line.append(" inode of ").append(first == null ? name : first);
        }
        lines.put(name, line.toString());
    }

    private static long number(Map<String, Object> stat, String key) {
        return ((Number) Objects.requireNonNull(stat.get(key), key)).longValue();
    }

    private static String xattrs(Path path) throws IOException {
        var text =
                Command.of(
                                "getfattr",
                                "-h",
                                "-d",
                                "-m",
                                "-",
                                "-e",
                                "hex",
                                "--absolute-names",
                                path.toString())
                        .text();
        var pairs = text.lines().filter(line -> !line.startsWith("#")).sorted().toList();
        return pairs.isEmpty() ? "" : " xattrs " + String.join(" ", pairs).strip();
    }

    private static String sha256(Path path) throws IOException {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(Files.readAllBytes(path)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
