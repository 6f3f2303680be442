// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Locale;

/** The JSON shapes of the OCI image-spec 1.1 that an image of one platform needs. */
final class ImageJson {
    static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

    private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
    private static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";

    private final JsonMapper mapper = new JsonMapper();

    /** A blob as manifests name it. */
    record Descriptor(String mediaType, String digest, long sizeBytes) {}

    byte[] config(ImageConfig config, String architecture, List<String> diffIds) {
        var root = object();
        root.put("created", "1970-01-01T00:00:00Z");
        root.put("architecture", architecture);
        root.put("os", "linux");
        root.set("config", process(config));
        var rootfs = root.putObject("rootfs");
        rootfs.put("type", "layers");
        strings(rootfs, "diff_ids", diffIds);
        var history = root.putArray("history");
        diffIds.forEach(_ -> history.addObject().put("created_by", "ristretto"));
        return bytes(root);
    }

    private static ObjectNode process(ImageConfig config) {
        var node = object();
        text(node, "User", config.user());
        set(node, "ExposedPorts", config.exposedPorts());
        list(node, "Env", config.env());
        list(node, "Entrypoint", config.entrypoint());
        list(node, "Cmd", config.cmd());
        set(node, "Volumes", config.volumes());
        text(node, "WorkingDir", config.workingDir());
        if (!config.labels().isEmpty()) {
            var labels = node.putObject("Labels");
            config.labels().forEach(labels::put);
        }
        text(node, "StopSignal", config.stopSignal());
        return node;
    }

    byte[] manifest(Descriptor config, List<Descriptor> layers) {
        var root = object();
        root.put("schemaVersion", 2);
        root.put("mediaType", MANIFEST_TYPE);
        root.set("config", descriptor(config));
        var array = root.putArray("layers");
        layers.forEach(layer -> array.add(descriptor(layer)));
        return bytes(root);
    }

    /**
     * The index of an archive with one image. Skopeo and umoci find the image by {@code
     * org.opencontainers.image.ref.name}, containerd by its own annotation first.
     */
    byte[] index(Descriptor manifest, String architecture, String reference) {
        var root = object();
        root.put("schemaVersion", 2);
        root.put("mediaType", INDEX_TYPE);
        var entry = descriptor(manifest);
        var platform = entry.putObject("platform");
        platform.put("architecture", architecture);
        platform.put("os", "linux");
        if (!reference.isEmpty()) {
            var annotations = entry.putObject("annotations");
            annotations.put("io.containerd.image.name", reference);
            annotations.put("org.opencontainers.image.ref.name", reference);
        }
        root.putArray("manifests").add(entry);
        return bytes(root);
    }

    byte[] layout() {
        return bytes(object().put("imageLayoutVersion", "1.0.0"));
    }

    static Descriptor configDescriptor(String digest, long sizeBytes) {
        return new Descriptor(CONFIG_TYPE, digest, sizeBytes);
    }

    /** This host's architecture in the words of the image-spec (Go's GOARCH). */
    static String hostArchitecture() {
        var name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> name;
        };
    }

    private static ObjectNode descriptor(Descriptor descriptor) {
        var node = object();
        node.put("mediaType", descriptor.mediaType());
        node.put("digest", descriptor.digest());
        node.put("size", descriptor.sizeBytes());
        return node;
    }

    private static void text(ObjectNode node, String key, String value) {
        if (!value.isEmpty()) {
            node.put(key, value);
        }
    }

    private static void list(ObjectNode node, String key, List<String> values) {
        if (!values.isEmpty()) {
            strings(node, key, values);
        }
    }

    private static void strings(ObjectNode node, String key, List<String> values) {
        var array = node.putArray(key);
        values.forEach(array::add);
    }

    private static void set(ObjectNode node, String key, List<String> members) {
        if (!members.isEmpty()) {
            var object = node.putObject(key);
            members.forEach(object::putObject);
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private byte[] bytes(ObjectNode node) {
        try {
            return mapper.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings and numbers is always JSON", e);
        }
    }
}
