// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.image;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.cli.image.EntryAttributes;
import dev.ristretto.cli.image.ImageConfig;
import dev.ristretto.cli.image.LayerEntry;
import dev.ristretto.cli.image.OciArchiveBuilder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Images that must not be unpacked. Written as layouts or archives where the caller says. */
public final class BadImages {
    private static final ObjectMapper JSON = new ObjectMapper();

    private BadImages() {}

    /** One layer of these entries. */
    public static Path of(Path archive, List<LayerEntry> entries) throws IOException {
        new OciArchiveBuilder("docker.io/library/bad:latest")
                .layer(entries)
                .config(ImageConfig.running("true"))
                .writeArchive(archive);
        return archive;
    }

    /** A file of zeros, which compresses to next to nothing. */
    public static Path bomb(Path archive, int bytes) throws IOException {
        var attributes = EntryAttributes.mode(0644);
        return of(archive, List.of(LayerEntry.file("zeros", new byte[bytes], attributes)));
    }

    /** A layout whose config names another diffID than its layer has. */
    public static Path wrongDiffId(Path layout) throws IOException {
        new OciArchiveBuilder("docker.io/library/bad:latest")
                .layer(List.of(LayerEntry.file("file", "content\n", 0644)))
                .config(ImageConfig.running("true"))
                .writeLayout(layout);
        var index = read(layout.resolve("index.json"));
        var manifestAt = (ObjectNode) index.path("manifests").get(0);
        var manifest = read(blob(layout, manifestAt.path("digest").asText()));
        var config = read(blob(layout, manifest.path("config").path("digest").asText()));
        ((ArrayNode) config.path("rootfs").path("diff_ids"))
                .removeAll()
                .add("sha256:" + "1".repeat(64));
        describe((ObjectNode) manifest.path("config"), write(layout, config));
        describe(manifestAt, write(layout, manifest));
        Files.write(layout.resolve("index.json"), JSON.writeValueAsBytes(index));
        return layout;
    }

    private static ObjectNode read(Path file) throws IOException {
        return (ObjectNode) JSON.readTree(Files.readAllBytes(file));
    }

    private static Path blob(Path layout, String digest) {
        return layout.resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
    }

    private static byte[] write(Path layout, ObjectNode content) throws IOException {
        var bytes = JSON.writeValueAsBytes(content);
        Files.write(blob(layout, digest(bytes)), bytes);
        return bytes;
    }

    private static void describe(ObjectNode descriptor, byte[] content) {
        descriptor.put("digest", digest(content)).put("size", content.length);
    }

    private static String digest(byte[] bytes) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return "sha256:" + HexFormat.of().formatHex(sha.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
