// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.snapshot;

import dev.ristretto.file.DeleteTree;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A directory whose content appears and disappears whole: through {@code staging/} and {@code
 * trash/}, which are emptied when it is opened.
 */
final class Directories {
    private final LinuxSyscalls linux;
    private final Path directory;
    private final Path staging;
    private final Path trash;
    private final AtomicLong names = new AtomicLong();

    private Directories(LinuxSyscalls linux, Path directory) {
        this.linux = linux;
        this.directory = directory;
        this.staging = directory.resolve("staging");
        this.trash = directory.resolve("trash");
    }

    static Directories open(LinuxSyscalls linux, Path directory) throws IOException {
        var directories = new Directories(linux, directory);
        makeSearchable(directory);
        makePrivate(directories.staging);
        makePrivate(directories.trash);
        directories.empty(directories.staging);
        directories.empty(directories.trash);
        return directories;
    }

    static void makeSearchable(Path directory) throws IOException {
        make(directory, "rwx--x--x");
    }

    private static void makePrivate(Path directory) throws IOException {
        make(directory, "rwx------");
    }

    private static void make(Path directory, String permissions) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
    }

    /** A new empty directory, not visible. */
    Path stage() throws IOException {
        var path = staging.resolve(Long.toString(names.incrementAndGet()));
        makePrivate(path);
        return path;
    }

    /** Makes a directory disappear. */
    void trash(Path path) throws IOException {
        Files.move(
                path,
                trash.resolve(Long.toString(names.incrementAndGet())),
                StandardCopyOption.ATOMIC_MOVE);
    }

    void emptyTrash() throws IOException {
        empty(trash);
    }

    void delete(Path path) throws IOException {
        DeleteTree.below(linux, directory, path);
    }

    private void empty(Path victim) throws IOException {
        try (var files = Files.newDirectoryStream(victim)) {
            for (var file : files) {
                DeleteTree.below(linux, directory, file);
            }
        }
    }
}
