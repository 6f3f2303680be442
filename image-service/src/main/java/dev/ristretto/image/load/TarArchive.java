// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.load;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.LayerCompression;
import dev.ristretto.image.unpack.Decompression;
import dev.ristretto.image.unpack.TarEntry;
import dev.ristretto.image.unpack.TarReader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A tar, read by seeking. One that is compressed is first written out into a scratch file, because
 * its parts are needed in another order than they come.
 */
final class TarArchive implements Archive {
    private static final int MAX_LINKS = 8;

    /** An archive of images has a few files for each layer. */
    private static final int MAX_ENTRIES = 100_000;

    private static final int MAX_NAME = 4096;
    private static final int BUFFER = 256 * 1024;

    private final Map<String, FileRange> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private final Optional<Path> scratchFile;

    private TarArchive(Path tar, Optional<Path> scratchFile) throws IOException {
        this.scratchFile = scratchFile;
        var whole = new FileRange(tar, 0, Files.size(tar));
        try (var in = whole.open(0)) {
            var reader = TarReader.ofArchive(in);
            for (var entry = reader.next(); entry != null; entry = reader.next()) {
                add(tar, entry, reader.offset());
            }
        }
    }

    /**
     * Opens a tar that may be compressed.
     *
     * @param scratch where to inflate it to
     * @param maxBytes how large it may become
     */
    static TarArchive open(Path file, Path scratch, long maxBytes) throws IOException {
        LayerCompression compression;
        try (var in = Files.newInputStream(file)) {
            compression = Decompression.of(in.readNBytes(Decompression.MAGIC_LENGTH));
        }
        if (compression == LayerCompression.NONE) {
            return new TarArchive(file, Optional.empty());
        }
        var inflated = Files.createTempFile(scratch, "load-", "");
        try {
            inflate(file, inflated, maxBytes);
            return new TarArchive(inflated, Optional.of(inflated));
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(inflated);
            throw e;
        }
    }

    private static void inflate(Path from, Path to, long maxBytes) throws IOException {
        try (var in = Decompression.open(Files.newInputStream(from));
                var out = Files.newOutputStream(to)) {
            var buffer = new byte[BUFFER];
            long total = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                total += n;
                if (total > maxBytes) {
                    throw RuntimeFault.exhausted(
                            null,
                            "load %s: it holds more than %d bytes; raise image.maxLayerBytes if it"
                                    + " is to be trusted",
                            from,
                            maxBytes);
                }
                out.write(buffer, 0, n);
            }
        }
    }

    private void add(Path tar, TarEntry entry, long offset) {
        if (files.size() + links.size() >= MAX_ENTRIES) {
            throw RuntimeFault.wrongState(
                    "load %s: it has more than %d entries; is it an archive of images",
                    tar, MAX_ENTRIES);
        }
        if (entry.name().length() > MAX_NAME || entry.linkName().length() > MAX_NAME) {
            return; // nothing that a manifest would name
        }
        try {
            addNamed(tar, entry, offset);
        } catch (InvalidPathException e) {
            // Not UTF-8: nothing that a manifest could name.
        }
    }

    private void addNamed(Path tar, TarEntry entry, long offset) {
        var name = Path.of("/").resolve(entry.name()).normalize();
        switch (entry.type()) {
            case FILE -> files.put(key(name), new FileRange(tar, offset, entry.size()));
            case HARD_LINK -> links.put(key(name), key(Path.of("/").resolve(entry.linkName())));
            // docker save wrote a layer that two images share as a link to the first.
            case SYMBOLIC_LINK -> links.put(key(name), key(name.resolveSibling(entry.linkName())));
            case DIRECTORY, FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> {}
        }
    }

    private static String key(Path absolute) {
        return Path.of("/").relativize(absolute.normalize()).toString();
    }

    @Override
    public Optional<FileRange> find(String name) {
        var current = key(Path.of("/").resolve(name));
        for (int i = 0; i < MAX_LINKS; i++) {
            var file = files.get(current);
            var link = links.get(current);
            if (file != null || link == null) {
                return Optional.ofNullable(file);
            }
            current = link;
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        if (scratchFile.isPresent()) {
            Files.deleteIfExists(scratchFile.get());
        }
    }
}
