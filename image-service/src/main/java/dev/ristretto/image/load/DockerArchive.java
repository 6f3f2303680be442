// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.manifest.ImageConfiguration;
import dev.ristretto.image.manifest.LayerCompression;
import dev.ristretto.image.manifest.Manifest;
import dev.ristretto.image.manifest.Manifests;
import dev.ristretto.image.manifest.MediaTypes;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.reference.Digest.Algorithm;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.unpack.Decompression;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What {@code docker save} has always written: {@code manifest.json} names a config and layers by
 * their file names, without digests. The manifest that an image needs is made here.
 */
final class DockerArchive {
    static final String MANIFEST = "manifest.json";
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final int BUFFER = 256 * 1024;

    private final Archive archive;

    DockerArchive(Archive archive) {
        this.archive = archive;
    }

    List<ArchivedImage> images(FileRange manifestFile) throws IOException {
        JsonNode root;
        try {
            root = MAPPER.readTree(manifestFile.read(MANIFEST, Manifests.MAX_BYTES));
        } catch (JacksonException e) {
            throw RuntimeFault.wrongState(
                    "manifest.json in the archive is not JSON: %s", e.getOriginalMessage());
        }
        if (root == null || !root.isArray()) {
            throw RuntimeFault.wrongState("manifest.json in the archive is not a list");
        }
        var images = new ArrayList<ArchivedImage>();
        for (var entry : root) {
            images.add(image(entry));
        }
        return images;
    }

    private ArchivedImage image(JsonNode entry) throws IOException {
        var configBytes =
                file(entry.path("Config").asText()).read("the config", Manifests.MAX_BYTES);
        var configuration = Manifests.parseConfiguration(configBytes);
        var references = new ArrayList<ImageReference>();
        for (var name : entry.path("RepoTags")) {
            references.add(ImageReference.parse(name.asText()));
        }
        var layers = layers(entry.path("Layers"), configuration);
        var config =
                Descriptor.of(
                        MediaTypes.OCI_CONFIG, Digest.sha256(configBytes), configBytes.length);
        var blobs = layers.stream().map(ArchivedImage.Layer::blob).toList();
        var content = new Manifest.Image(MediaTypes.OCI_MANIFEST, config, blobs);
        var manifestBytes = manifest(content);
        var manifest =
                Descriptor.of(
                        MediaTypes.OCI_MANIFEST,
                        Digest.sha256(manifestBytes),
                        manifestBytes.length);
        return new ArchivedImage(
                references,
                List.of(manifest),
                content,
                configuration,
                Map.of(config.digest(), configBytes, manifest.digest(), manifestBytes),
                layers);
    }

    private List<ArchivedImage.Layer> layers(JsonNode names, ImageConfiguration configuration)
            throws IOException {
        if (names.size() != configuration.diffIds().size()) {
            throw RuntimeFault.wrongState(
                    "manifest.json in the archive lists %d layers, the image's config %d diff_ids",
                    names.size(), configuration.diffIds().size());
        }
        var layers = new ArrayList<ArchivedImage.Layer>();
        for (int i = 0; i < names.size(); i++) {
            var file = file(names.get(i).asText());
            var diffId = configuration.diffIds().get(i);
            layers.add(
                    new ArchivedImage.Layer(
                            descriptor(file, diffId), diffId, offset -> file.open(offset)));
        }
        return layers;
    }

    private static Descriptor descriptor(FileRange file, Digest diffId) throws IOException {
        LayerCompression compression;
        try (var in = file.open(0)) {
            compression = Decompression.of(in.readNBytes(Decompression.MAGIC_LENGTH));
        }
        return switch (compression) {
            case NONE -> Descriptor.of(LAYER, diffId, file.sizeBytes());
            case GZIP -> Descriptor.of(LAYER + "+gzip", digest(file), file.sizeBytes());
            case ZSTD -> Descriptor.of(LAYER + "+zstd", digest(file), file.sizeBytes());
        };
    }

    private static Digest digest(FileRange file) throws IOException {
        var hash = Algorithm.SHA256.newMessageDigest();
        var buffer = new byte[BUFFER];
        try (var in = file.open(0)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
            }
        }
        return Digest.of(Algorithm.SHA256, hash.digest());
    }

    private static byte[] manifest(Manifest.Image content) {
        var root = MAPPER.createObjectNode();
        root.put("schemaVersion", 2).put("mediaType", content.mediaType());
        put(root.putObject("config"), content.config());
        var layers = root.putArray("layers");
        content.layers().forEach(layer -> put(layers.addObject(), layer));
        return root.toString().getBytes(UTF_8);
    }

    private static void put(ObjectNode node, Descriptor descriptor) {
        node.put("mediaType", descriptor.mediaType());
        node.put("digest", descriptor.digest().toString());
        node.put("size", descriptor.sizeBytes());
    }

    private FileRange file(String name) throws IOException {
        return archive.find(name)
                .orElseThrow(
                        () ->
                                RuntimeFault.wrongState(
                                        "manifest.json names '%s', which is missing in the archive",
                                        name));
    }
}
