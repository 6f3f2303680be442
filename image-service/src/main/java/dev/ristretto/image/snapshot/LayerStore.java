// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.snapshot;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.file.DeleteTree;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.Digest.Algorithm;
import dev.ristretto.image.unpack.LayerSummary;
import dev.ristretto.image.unpack.LayerUnpack;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Unpacked layers, each once however many images use it: {@code <algorithm>/<hex of the
 * diffID>/diff}. They are filled in {@code staging/} and appear by a rename; they disappear by a
 * rename into {@code trash/}. Which there are is known from memory. Directories on the way are
 * searchable (0711), because the root of a user namespace is nobody here; names cannot be listed.
 */
public final class LayerStore {
    private static final Logger LOG = Logger.getLogger(LayerStore.class);
    private static final String RECORD = "layer.json";

    private final LinuxSyscalls linux;
    private final Path directory;
    private final Directories directories;
    private final ConcurrentMap<Digest, LayerSummary> known = new ConcurrentHashMap<>();

    private LayerStore(LinuxSyscalls linux, Directories directories) {
        this.linux = linux;
        this.directory = directories.path();
        this.directories = directories;
    }

    /** Opens the store; deletes what an earlier process left unfinished. */
    public static LayerStore open(LinuxSyscalls linux, Directories directories) throws IOException {
        var store = new LayerStore(linux, directories);
        for (var algorithm : Algorithm.values()) {
            Directories.makeSearchable(store.directoryOf(algorithm));
            store.readLayers(algorithm);
        }
        Directories.makeSearchable(store.nothing());
        return store;
    }

    private void readLayers(Algorithm algorithm) throws IOException {
        try (var layers = Files.newDirectoryStream(directoryOf(algorithm))) {
            for (var layer : layers) {
                try {
                    var digest = new Digest(algorithm, String.valueOf(layer.getFileName()));
                    known.put(digest, LayerRecord.read(Files.readAllBytes(layer.resolve(RECORD))));
                } catch (IOException | RuntimeFault e) {
                    LOG.warnf("layer %s is damaged and goes: %s", layer, e.getMessage());
                    directories.delete(layer);
                }
            }
        }
    }

    public boolean contains(Digest diffId) {
        return known.containsKey(diffId);
    }

    /** The layers that are here now. */
    public Set<Digest> diffIds() {
        return Set.copyOf(known.keySet());
    }

    public Optional<LayerSummary> summary(Digest diffId) {
        return Optional.ofNullable(known.get(diffId));
    }

    /** The directory with a layer's files. */
    public Path rootOf(Digest diffId) {
        return LayerUnpack.rootOf(pathOf(diffId));
    }

    /** An empty directory, to stand for the layers of an image that has none. */
    Path nothing() {
        return directory.resolve("nothing");
    }

    /** What all layers take on the disk. */
    public Snapshots.Usage usage() {
        long bytes = 0;
        long inodes = 0;
        for (var layer : known.values()) {
            bytes += layer.bytes();
            inodes += layer.inodes();
        }
        return new Snapshots.Usage(bytes, inodes);
    }

    /** A fresh directory to unpack into. One who does not publish it closes it. */
    public Staging stage() throws IOException {
        return new Staging(directories.stage());
    }

    /**
     * Makes a layer disappear at once; what it takes is freed by {@link #emptyTrash}. One that is
     * gone is fine. Nobody uses it: the caller knows.
     */
    public void discard(Digest diffId) throws IOException {
        if (known.remove(diffId) != null) {
            directories.trash(pathOf(diffId));
        }
    }

    /** Has deleted what was discarded, soon. */
    public void emptyTrash() {
        directories.emptyTrash();
    }

    private Path pathOf(Digest diffId) {
        return directoryOf(diffId.algorithm()).resolve(diffId.hex());
    }

    private Path directoryOf(Algorithm algorithm) {
        return directory.resolve(algorithm.toString());
    }

    /** A layer that is not visible yet. */
    public final class Staging implements AutoCloseable {
        private final Path path;
        private boolean published;

        private Staging(Path path) {
            this.path = path;
        }

        public Path path() {
            return path;
        }

        /** Makes it visible as the layer of that diffID; on the disk with the next sync. */
        public void publish(Digest diffId, LayerSummary summary) throws IOException {
            Files.write(path.resolve(RECORD), LayerRecord.write(summary));
            Directories.makeSearchable(path);
            Files.move(path, pathOf(diffId), StandardCopyOption.ATOMIC_MOVE);
            known.put(diffId, summary);
            published = true;
        }

        @Override
        public void close() throws IOException {
            if (!published) {
                DeleteTree.below(linux, directory, path);
            }
        }
    }
}
