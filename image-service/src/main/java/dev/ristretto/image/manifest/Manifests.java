// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.manifest;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.store.ImageConfig;

import java.util.ArrayList;

/** Reads manifests, indexes and image configurations as registries and archives carry them. */
public final class Manifests {
    /** Longer manifests, indexes and configurations are refused unread. */
    public static final int MAX_BYTES = 4 * 1024 * 1024;

    /** More layers than overlay could stack are refused before anything is downloaded. */
    private static final int MAX_LAYERS = 500;

    private static final int MAX_INDEX_ENTRIES = 10_000;

    private Manifests() {}

    /**
     * Reads a manifest or an index.
     *
     * @param declaredType the {@code Content-Type} or the descriptor's media type; used if the
     *     document has no {@code mediaType} of its own
     * @throws RuntimeFault {@code UNSUPPORTED} for Docker schema 1 and for artifacts, {@code
     *     WRONG_STATE} for a document that is broken
     */
    public static Manifest parse(String declaredType, byte[] content) {
        var json = ManifestJson.read("manifest", content);
        var mediaType = mediaTypeOf(json, declaredType);
        if (MediaTypes.isSchema1(mediaType) || json.longOr("schemaVersion", 2) == 1) {
            throw RuntimeFault.unsupported(
                    "manifest is Docker schema 1, which has no content digests for its"
                            + " configuration; push the image again with a current tool (for"
                            + " example skopeo copy --format v2s2)");
        }
        // A document that is both could mean another image to another reader (CVE-2021-41190).
        if (json.has("manifests") && (json.has("layers") || json.has("config"))) {
            throw RuntimeFault.wrongState(
                    "manifest has both 'manifests' and 'config' or 'layers': it is ambiguous");
        }
        if (MediaTypes.isIndex(mediaType)) {
            return index(mediaType, json);
        }
        if (MediaTypes.isImageManifest(mediaType)) {
            return image(mediaType, json);
        }
        throw RuntimeFault.unsupported(
                "manifest media type '%s' is not an image manifest or index of OCI or Docker",
                mediaType);
    }

    /** Reads an image configuration. */
    public static ImageConfiguration parseConfiguration(byte[] content) {
        var json = ManifestJson.read("image config", content);
        var rootfs = json.object("rootfs");
        var type = rootfs.textOr("type", "layers");
        if (!type.equals("layers")) {
            throw RuntimeFault.unsupported("image config rootfs.type '%s' is not 'layers'", type);
        }
        var os = json.textOr("os", "linux");
        var architecture = json.textOr("architecture", "");
        var process = json.objectOrEmpty("config");
        var config =
                new ImageConfig(
                        process.textOr("User", ""),
                        process.texts("Env"),
                        process.texts("Entrypoint"),
                        process.texts("Cmd"),
                        process.textOr("WorkingDir", ""),
                        process.keys("Volumes"),
                        process.textOr("StopSignal", ""),
                        process.textMap("Labels"),
                        os,
                        architecture);
        return new ImageConfiguration(
                config,
                new Platform(os, architecture, json.textOr("variant", "")),
                rootfs.digests("diff_ids"));
    }

    private static String mediaTypeOf(ManifestJson json, String declaredType) {
        var own = json.textOr("mediaType", "");
        if (!own.isEmpty()) {
            return own;
        }
        var declared = declaredType.split(";", 2)[0].strip();
        boolean known =
                MediaTypes.isIndex(declared)
                        || MediaTypes.isImageManifest(declared)
                        || MediaTypes.isSchema1(declared);
        if (known) {
            return declared;
        }
        // OCI makes mediaType optional, and plain file servers say text/plain or octet-stream.
        if (json.has("manifests")) {
            return MediaTypes.OCI_INDEX;
        }
        return json.has("config") ? MediaTypes.OCI_MANIFEST : declared;
    }

    private static Manifest.Index index(String mediaType, ManifestJson json) {
        var entries = json.objects("manifests", MAX_INDEX_ENTRIES);
        var manifests = new ArrayList<Descriptor>(entries.size());
        for (var entry : entries) {
            manifests.add(entry.descriptor());
        }
        return new Manifest.Index(mediaType, manifests);
    }

    private static Manifest.Image image(String mediaType, ManifestJson json) {
        var config = json.object("config").descriptor();
        if (!MediaTypes.isImageConfig(config.mediaType())) {
            throw RuntimeFault.unsupported(
                    "manifest's config has media type '%s': this is an artifact, not a container"
                            + " image",
                    config.mediaType());
        }
        if (config.sizeBytes() > MAX_BYTES) {
            throw RuntimeFault.wrongState(
                    "manifest's config has %d bytes, at most %d are allowed",
                    config.sizeBytes(), MAX_BYTES);
        }
        var layers = new ArrayList<Descriptor>();
        for (var entry : json.objects("layers", MAX_LAYERS)) {
            var layer = entry.descriptor();
            // Asked now, so that a layer we cannot unpack is refused before any is downloaded.
            var _ = LayerCompression.ofMediaType(layer.mediaType());
            layers.add(layer);
        }
        return new Manifest.Image(mediaType, config, layers);
    }
}
