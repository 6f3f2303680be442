// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.snapshot;

import dev.ristretto.file.DeleteTree;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A directory whose content appears and disappears whole: through {@code staging/}, which is
 * emptied when it is opened, and {@code trash/}, which is emptied behind the back of who threw
 * something away: that can be millions of files. What is left of it when the process ends goes with
 * the next.
 */
public final class Directories {
    private static final Logger LOG = Logger.getLogger(Directories.class);

    private final LinuxSyscalls linux;
    private final Path directory;
    private final Path staging;
    private final Path trash;
    private final AtomicLong names = new AtomicLong();
    private final Executor cleaner;
    private final AtomicBoolean cleaning = new AtomicBoolean();

    private Directories(LinuxSyscalls linux, Path directory, Executor cleaner) {
        this.linux = linux;
        this.directory = directory;
        this.cleaner = cleaner;
        this.staging = directory.resolve("staging");
        this.trash = directory.resolve("trash");
    }

    /**
     * Makes it if it is missing.
     *
     * @param cleaner where trash is deleted
     */
    public static Directories open(LinuxSyscalls linux, Path directory, Executor cleaner)
            throws IOException {
        var directories = new Directories(linux, directory, cleaner);
        makeSearchable(directory);
        makePrivate(directories.staging);
        makePrivate(directories.trash);
        directories.empty(directories.staging);
        directories.emptyTrash();
        return directories;
    }

    Path path() {
        return directory;
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

    /** Makes a directory disappear; what it takes is freed by {@link #emptyTrash}. */
    void trash(Path path) throws IOException {
        Files.move(path, trash.resolve(unused()), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Names are not those of an earlier process, whose trash may still be there. */
    private String unused() {
        while (true) {
            var name = Long.toString(names.incrementAndGet());
            if (!Files.exists(trash.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                return name;
            }
        }
    }

    /** Has the trash deleted, soon. What cannot be deleted now is tried again the next time. */
    void emptyTrash() {
        if (cleaning.compareAndSet(false, true)) {
            cleaner.execute(
                    () -> {
                        cleaning.set(false);
                        clean();
                    });
        }
    }

    private void clean() {
        try {
            empty(trash);
        } catch (IOException e) {
            LOG.warnf("delete what was thrown away: %s; it takes space until it can be deleted", e);
        }
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
