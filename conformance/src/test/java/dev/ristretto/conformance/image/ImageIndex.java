// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.image;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.conformance.stand.LoopbackRegistry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One name for the variants of an image, as images that are meant for everybody are published. */
public final class ImageIndex {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How manifests and indexes are written. */
    public enum Format {
        OCI(
                "oci",
                "application/vnd.oci.image.index.v1+json",
                "application/vnd.oci.image.manifest.v1+json"),
        DOCKER(
                "v2s2",
                "application/vnd.docker.distribution.manifest.list.v2+json",
                "application/vnd.docker.distribution.manifest.v2+json");

        private final String skopeo;
        private final String index;
        private final String manifest;

        Format(String skopeo, String index, String manifest) {
            this.skopeo = skopeo;
            this.index = index;
            this.manifest = manifest;
        }
    }

    /**
     * An image for one platform.
     *
     * @param architecture as {@code GOARCH} has it; {@code unknown} for what is no image
     * @param variant such as {@code v7}; empty for none
     */
    public record Variant(String architecture, String variant, Path archive) {
        public Variant(String architecture, Path archive) {
            this(architecture, "", archive);
        }
    }

    private ImageIndex() {}

    /**
     * Pushes the variants and, in their order, an index of them.
     *
     * @return the full reference of the index
     */
    public static String push(
            LoopbackRegistry registry, Format format, String nameAndTag, List<Variant> variants)
            throws IOException {
        var root = JSON.createObjectNode();
        root.put("schemaVersion", 2).put("mediaType", format.index);
        var manifests = root.putArray("manifests");
        for (var variant : variants) {
            var tag = nameAndTag + "-" + variant.architecture() + variant.variant();
            var digest = registry.digest(registry.push(variant.archive(), tag, format.skopeo));
            var manifest = manifests.addObject();
            manifest.put("mediaType", format.manifest)
                    .put("digest", digest)
                    .put("size", Files.size(registry.blob(digest)));
            platform(manifest.putObject("platform"), variant);
        }
        return registry.putManifest(format.index, JSON.writeValueAsString(root), nameAndTag);
    }

    private static void platform(ObjectNode platform, Variant variant) {
        platform.put("architecture", variant.architecture());
        platform.put("os", variant.architecture().equals("unknown") ? "unknown" : "linux");
        if (!variant.variant().isEmpty()) {
            platform.put("variant", variant.variant());
        }
    }
}
