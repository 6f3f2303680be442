// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.load;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.manifest.Manifest;
import dev.ristretto.image.manifest.Manifests;
import dev.ristretto.image.manifest.MediaTypes;
import dev.ristretto.image.manifest.Platform;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.ImageReference;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An OCI image layout (image-spec, image-layout.md), in a directory or a tar, as skopeo, buildah,
 * containerd and Docker since 25 write it.
 */
final class OciArchive {
    static final String INDEX = "index.json";

    /** A full reference: what containerd and Docker write. */
    private static final String CONTAINERD_NAME = "io.containerd.image.name";

    /** A full reference, or only a tag: everybody has another idea. */
    private static final String REF_NAME = "org.opencontainers.image.ref.name";

    private static final int MAX_PATH = 4;

    private final Archive archive;
    private final Platform platform;

    OciArchive(Archive archive, Platform platform) {
        this.archive = archive;
        this.platform = platform;
    }

    List<ArchivedImage> images(FileRange indexFile) throws IOException {
        var bytes = indexFile.read(INDEX, Manifests.MAX_BYTES);
        if (!(Manifests.parse(MediaTypes.OCI_INDEX, bytes) instanceof Manifest.Index index)) {
            throw RuntimeFault.wrongState("index.json in the archive is a manifest, not an index");
        }
        Map<String, List<Descriptor>> byName = new LinkedHashMap<>();
        for (var descriptor : index.manifests()) {
            byName.computeIfAbsent(groupOf(descriptor), _ -> new ArrayList<>()).add(descriptor);
        }
        var images = new ArrayList<ArchivedImage>();
        for (var group : byName.values()) {
            images.add(image(group));
        }
        return images;
    }

    /** Those of one name are one image for several platforms; so are those that say only these. */
    private static String groupOf(Descriptor descriptor) {
        var name = nameOf(descriptor);
        if (name.isEmpty() && descriptor.platform().isEmpty()) {
            return descriptor.digest().toString();
        }
        return name;
    }

    private static String nameOf(Descriptor descriptor) {
        var annotations = descriptor.annotations();
        return annotations.getOrDefault(CONTAINERD_NAME, annotations.getOrDefault(REF_NAME, ""));
    }

    /** A lone word is a tag of a name that is not told, or a name: nobody can know. */
    private static List<ImageReference> references(Descriptor descriptor) {
        var name = nameOf(descriptor);
        boolean full = name.contains("/") || name.contains(":") || name.contains("@");
        return full ? List.of(ImageReference.parse(name)) : List.of();
    }

    private ArchivedImage image(List<Descriptor> group) throws IOException {
        var next =
                group.size() == 1
                        ? group.getFirst()
                        : new Manifest.Index(MediaTypes.OCI_INDEX, group).choose(platform);
        var references = references(next);
        var path = new ArrayList<Descriptor>();
        var small = new HashMap<Digest, byte[]>();
        while (path.size() < MAX_PATH) {
            var bytes = small(next);
            small.put(next.digest(), bytes);
            var manifest = Manifests.parse(next.mediaType(), bytes);
            path.add(Descriptor.of(manifest.mediaType(), next.digest(), bytes.length));
            switch (manifest) {
                case Manifest.Index index -> next = index.choose(platform);
                case Manifest.Image content -> {
                    return image(references, path, content, small);
                }
            }
        }
        throw RuntimeFault.wrongState(
                "an index in the archive leads to an index more than %d times", MAX_PATH - 1);
    }

    private ArchivedImage image(
            List<ImageReference> references,
            List<Descriptor> path,
            Manifest.Image content,
            Map<Digest, byte[]> small)
            throws IOException {
        var configBytes = small(content.config());
        small.put(content.config().digest(), configBytes);
        var configuration = Manifests.parseConfiguration(configBytes);
        configuration.checkAgainst(content);
        var layers = new ArrayList<ArchivedImage.Layer>();
        for (int i = 0; i < content.layers().size(); i++) {
            var blob = content.layers().get(i);
            var file = blob(blob.digest());
            layers.add(
                    new ArchivedImage.Layer(
                            blob, configuration.diffIds().get(i), offset -> file.open(offset)));
        }
        return new ArchivedImage(references, path, content, configuration, small, layers);
    }

    private byte[] small(Descriptor descriptor) throws IOException {
        var bytes =
                blob(descriptor.digest()).read("blob " + descriptor.digest(), Manifests.MAX_BYTES);
        if (!descriptor.digest().matches(bytes)) {
            throw RuntimeFault.wrongState(
                    "blob %s in the archive has digest %s",
                    descriptor.digest(), Digest.sha256(bytes));
        }
        return bytes;
    }

    private FileRange blob(Digest digest) throws IOException {
        return archive.find("blobs/" + digest.algorithm() + "/" + digest.hex())
                .orElseThrow(
                        () -> RuntimeFault.wrongState("blob %s is missing in the archive", digest));
    }
}
