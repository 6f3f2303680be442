// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.content;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.file.DurableFile;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.manifest.Manifest;
import dev.ristretto.image.manifest.Manifests;
import dev.ristretto.image.manifest.MediaTypes;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.ImageReference;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The layout's {@code index.json}: what every reference points to. It is the truth about which
 * images there are; replaced as a whole, atomically and durably.
 *
 * <p>Each entry is the manifest of this node's platform, not an index that it was chosen from: the
 * index's other manifests are not here, and umoci would stumble over them. Its annotation {@code
 * org.opencontainers.image.ref.name} is the full reference, by which {@code skopeo} and {@code
 * umoci} find it.
 */
public final class ImageIndex {
    private static final Logger LOG = Logger.getLogger(ImageIndex.class);
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String REF_NAME = "org.opencontainers.image.ref.name";

    /** Our own: what led to the manifest, first what the registry's reference pointed to. */
    private static final String PATH = "dev.ristretto.image.path";

    private final Path file;

    public ImageIndex(Path layout) {
        this.file = layout.resolve("index.json");
    }

    /**
     * What was written last; nothing if there is none.
     *
     * @throws RuntimeFault if the file is not an index
     */
    public List<Entry> read() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            var parsed = Manifests.parse(MediaTypes.OCI_INDEX, Files.readAllBytes(file));
            if (!(parsed instanceof Manifest.Index index)) {
                throw RuntimeFault.wrongState("it is a manifest");
            }
            return index.manifests().stream().flatMap(d -> entry(d).stream()).toList();
        } catch (RuntimeFault e) {
            throw RuntimeFault.wrongState(
                    "read %s: %s; move it away to begin with an empty image store",
                    file, e.getMessage());
        }
    }

    private Optional<Entry> entry(Descriptor descriptor) {
        var name = descriptor.annotations().getOrDefault(REF_NAME, "");
        try {
            var path = new ArrayList<Digest>();
            for (var digest : descriptor.annotations().getOrDefault(PATH, "").split(" ")) {
                if (!digest.isEmpty()) {
                    path.add(Digest.parse(digest));
                }
            }
            var plain =
                    Descriptor.of(
                            descriptor.mediaType(), descriptor.digest(), descriptor.sizeBytes());
            return Optional.of(new Entry(ImageReference.parse(name), plain, path));
        } catch (RuntimeFault e) {
            LOG.warnf(
                    "%s: the entry for %s is left out: %s",
                    file, descriptor.digest(), e.getMessage());
            return Optional.empty();
        }
    }

    /** Replaces it. On return it is on the disk. */
    public void write(List<Entry> entries) throws IOException {
        var root = MAPPER.createObjectNode();
        root.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_INDEX);
        var manifests = root.putArray("manifests");
        for (var entry : entries) {
            var node = manifests.addObject();
            node.put("mediaType", entry.manifest.mediaType());
            node.put("digest", entry.manifest.digest().toString());
            node.put("size", entry.manifest.sizeBytes());
            var annotations = node.putObject("annotations");
            annotations.put(REF_NAME, entry.reference.toString());
            if (!entry.path.isEmpty()) {
                annotations.put(
                        PATH, String.join(" ", entry.path.stream().map(Digest::toString).toList()));
            }
        }
        DurableFile.replaceAndSync(file, root.toPrettyString().concat("\n").getBytes(UTF_8));
    }

    /**
     * One name of one image.
     *
     * @param reference with a tag or with a digest
     * @param manifest of the image itself
     * @param path what led from the reference to the manifest, without it; empty if nothing
     */
    public record Entry(ImageReference reference, Descriptor manifest, List<Digest> path) {
        public Entry {
            path = List.copyOf(path);
        }

        /** What the registry's reference pointed to: an index, or the manifest itself. */
        public Digest root() {
            return path.isEmpty() ? manifest.digest() : path.getFirst();
        }
    }
}
