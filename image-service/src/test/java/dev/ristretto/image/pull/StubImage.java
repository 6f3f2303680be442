// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.pull;

import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.manifest.MediaTypes;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.registry.StubRegistry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Puts images of given layers (plain tar, so blob digest and diffID are equal) into a stub. */
public record StubImage(Digest manifest, Descriptor config, List<Descriptor> layers) {
    private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";

    public static StubImage push(StubRegistry stub, String tag, byte[]... layers) {
        return push(stub, tag, "amd64", layers);
    }

    static StubImage push(StubRegistry stub, String tag, String architecture, byte[]... layers) {
        var blobs = new ArrayList<Descriptor>();
        for (var layer : layers) {
            blobs.add(stub.blob("a/b", layer, LAYER_TYPE));
        }
        var config = config(architecture, tag, blobs);
        var manifest = manifest(config, blobs);
        return new StubImage(
                stub.tag("a/b", tag, manifest, MediaTypes.OCI_MANIFEST),
                stub.blob("a/b", config, MediaTypes.OCI_CONFIG),
                blobs);
    }

    static Descriptor layer(byte[] tar) {
        return Descriptor.of(LAYER_TYPE, Digest.sha256(tar), tar.length);
    }

    static byte[] config(String architecture, String command, List<Descriptor> layers) {
        var diffIds =
                layers.stream()
                        .map(layer -> "\"" + layer.digest() + "\"")
                        .collect(Collectors.joining(","));
        return bytes(
                """
                {"os":"linux","architecture":"%s","config":{"Cmd":["%s"]},
                 "rootfs":{"type":"layers","diff_ids":[%s]}}
                """
                        .formatted(architecture, command, diffIds));
    }

    static byte[] manifest(byte[] config, List<Descriptor> layers) {
        var entry = Descriptor.of(MediaTypes.OCI_CONFIG, Digest.sha256(config), config.length);
        return bytes(
                "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
                        .formatted(
                                MediaTypes.OCI_MANIFEST,
                                json(entry),
                                layers.stream()
                                        .map(StubImage::json)
                                        .collect(Collectors.joining(","))));
    }

    /** An entry of an index. */
    String entry(String architecture) {
        return """
               {"mediaType":"%s","digest":"%s","size":1,
                "platform":{"os":"linux","architecture":"%s"}}
               """
                .formatted(MediaTypes.OCI_MANIFEST, manifest, architecture);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String json(Descriptor d) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                .formatted(d.mediaType(), d.digest(), d.sizeBytes());
    }
}
