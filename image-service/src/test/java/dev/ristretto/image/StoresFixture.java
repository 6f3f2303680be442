// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image;

import dev.ristretto.image.manifest.Platform;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Opens stores in a state directory and looks into it. */
public final class StoresFixture {
    private final Path stateDir;

    /** Where what was removed is deleted: at once, so that a test sees what is left. */
    private final Executor cleaner = Runnable::run;

    /** Ahead of the real time by this much. */
    private volatile Duration ahead = Duration.ZERO;

    public StoresFixture(Path stateDir) {
        this.stateDir = stateDir;
    }

    public ImageStores open() throws IOException {
        return open(LinuxSyscalls.load());
    }

    public ImageStores open(LinuxSyscalls linux) throws IOException {
        InstantSource clock = () -> Instant.ofEpochMilli(System.currentTimeMillis()).plus(ahead);
        return ImageStores.open(
                linux,
                new ImageStores.Settings(
                        stateDir, Platform.parse("linux/amd64"), 30_000_000, 10_000),
                clock,
                cleaner);
    }

    public void jump(Duration duration) {
        ahead = ahead.plus(duration);
    }

    public Path layout() {
        return stateDir.resolve("images");
    }

    /** Names of the blobs there are. */
    public List<String> blobs() throws IOException {
        return names(layout().resolve("blobs/sha256"));
    }

    public List<String> layers() throws IOException {
        return names(stateDir.resolve("layers/sha256"));
    }

    /** All that is not visible: unfinished, or waiting for its deletion. */
    public List<String> hidden() throws IOException {
        var hidden = new ArrayList<>(names(layout().resolve("ingest")));
        for (var part : List.of("layers", "snapshots")) {
            hidden.addAll(names(stateDir.resolve(part).resolve("staging")));
            hidden.addAll(names(stateDir.resolve(part).resolve("trash")));
        }
        return hidden;
    }

    public Path layer(String hex) {
        return stateDir.resolve("layers/sha256").resolve(hex).resolve("diff");
    }

    private static List<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
