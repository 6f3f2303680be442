// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.image;

import dev.ristretto.cli.image.ImageJson.Descriptor;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Makes an image of layers given entry by entry and writes it as an OCI archive (a tar of an OCI
 * image layout) or as the layout directory itself.
 *
 * <pre>{@code
 * new OciArchiveBuilder("localhost/hello:1")
 *         .layer(List.of(LayerEntry.file("hello", "hi\n", 0644)))
 *         .config(ImageConfig.running("/hello"))
 *         .writeArchive(Path.of("hello.tar"));
 * }</pre>
 */
public final class OciArchiveBuilder {
    private final String reference;
    private final List<Layer> layers = new ArrayList<>();
    private final ImageJson json = new ImageJson();
    private ImageConfig config = ImageConfig.empty();
    private String architecture = ImageJson.hostArchitecture();

    /** How a layer's blob is stored. */
    public enum Compression {
        NONE("application/vnd.oci.image.layer.v1.tar"),
        GZIP("application/vnd.oci.image.layer.v1.tar+gzip");

        private final String mediaType;

        Compression(String mediaType) {
            this.mediaType = mediaType;
        }

        private OutputStream around(OutputStream out) throws IOException {
            return switch (this) {
                case NONE -> out;
                case GZIP -> new GZIPOutputStream(out, 1 << 16);
            };
        }
    }

    /**
     * What was written; digests as {@code sha256:<hex>}.
     *
     * @param configDigest the image id, as the CRI counts ids
     */
    public record Written(String manifestDigest, String configDigest, List<String> diffIds) {}

    private record Layer(List<LayerEntry> entries, Compression compression) {}

    /**
     * @param reference full name, such as {@code docker.io/library/demo:latest}; empty for an image
     *     without a name
     */
    public OciArchiveBuilder(String reference) {
        this.reference = reference;
    }

    /** Adds a gzip layer on top. Parents of an entry should come before it. */
    public OciArchiveBuilder layer(List<LayerEntry> entries) {
        return layer(entries, Compression.GZIP);
    }

    public OciArchiveBuilder layer(List<LayerEntry> entries, Compression compression) {
        layers.add(new Layer(List.copyOf(entries), compression));
        return this;
    }

    public OciArchiveBuilder config(ImageConfig newConfig) {
        this.config = newConfig;
        return this;
    }

    /** As {@code GOARCH} has it; without a call it is that of this host. */
    public OciArchiveBuilder architecture(String newArchitecture) {
        this.architecture = newArchitecture;
        return this;
    }

    /**
     * Writes an OCI archive, over a file that is there. Blobs are staged in a directory beside it,
     * which is gone afterwards.
     */
    public Written writeArchive(Path archive) throws IOException {
        var parent = archive.toAbsolutePath().getParent();
        var staging = Files.createTempDirectory(parent, ".oci-");
        try {
            var written = writeLayout(staging);
            try (var tar = new TarWriter(open(archive))) {
                tar.write(fromLayout(staging, Path.of("oci-layout")));
                tar.write(fromLayout(staging, Path.of("index.json")));
                tar.write(LayerEntry.directory("blobs", 0755));
                tar.write(LayerEntry.directory("blobs/sha256", 0755));
                for (var blob : blobs(staging)) {
                    tar.write(fromLayout(staging, blob));
                }
            }
            return written;
        } finally {
            deleteStaging(staging);
        }
    }

    /** Writes an OCI image layout into a directory, which is made if it is not there. */
    public Written writeLayout(Path directory) throws IOException {
        var blobs = directory.resolve("blobs/sha256");
        Files.createDirectories(blobs);
        var descriptors = new ArrayList<Descriptor>();
        var diffIds = new ArrayList<String>();
        for (var layer : layers) {
            descriptors.add(write(blobs, layer, diffIds));
        }
        var configBytes = json.config(config, architecture, diffIds);
        var configDigest = blob(blobs, configBytes);
        var manifestBytes =
                json.manifest(
                        ImageJson.configDescriptor(configDigest, configBytes.length), descriptors);
        var manifestDigest = blob(blobs, manifestBytes);
        var manifest =
                new Descriptor(ImageJson.MANIFEST_TYPE, manifestDigest, manifestBytes.length);
        Files.write(directory.resolve("index.json"), json.index(manifest, architecture, reference));
        Files.write(directory.resolve("oci-layout"), json.layout());
        return new Written(manifestDigest, configDigest, List.copyOf(diffIds));
    }

    private static Descriptor write(Path blobs, Layer layer, List<String> diffIds)
            throws IOException {
        var staged = Files.createTempFile(blobs, ".layer-", "");
        try {
            var blob = new Sha256OutputStream(open(staged));
            var diff = new Sha256OutputStream(layer.compression.around(blob));
            try (var tar = new TarWriter(new BufferedOutputStream(diff, 1 << 16))) {
                for (var entry : layer.entries) {
                    tar.write(entry);
                }
            }
            diffIds.add(diff.digest());
            Files.move(staged, place(blobs, blob.digest()));
            return new Descriptor(layer.compression.mediaType, blob.digest(), blob.count());
        } finally {
            Files.deleteIfExists(staged);
        }
    }

    private static String blob(Path blobs, byte[] bytes) throws IOException {
        var sha = new Sha256OutputStream(OutputStream.nullOutputStream());
        try (sha) {
            sha.write(bytes);
        }
        Files.write(place(blobs, sha.digest()), bytes);
        return sha.digest();
    }

    private static Path place(Path blobs, String digest) {
        return blobs.resolve(digest.substring("sha256:".length()));
    }

    private static OutputStream open(Path file) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    }

    private static LayerEntry fromLayout(Path layout, Path file) {
        return LayerEntry.file(file.toString(), layout.resolve(file), 0644);
    }

    private static List<Path> blobs(Path layout) throws IOException {
        try (var files = Files.list(layout.resolve("blobs/sha256"))) {
            return files.map(layout::relativize).sorted().toList();
        }
    }

    private static void deleteStaging(Path staging) throws IOException {
        try (var tree = Files.walk(staging)) {
            tree.sorted(Comparator.reverseOrder()).forEach(OciArchiveBuilder::delete);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
