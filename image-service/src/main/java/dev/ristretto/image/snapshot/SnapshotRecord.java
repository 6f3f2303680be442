// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.store.ImageId;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code snapshot.json} beside a container's changes: what they lie on.
 *
 * @param diffIds base first
 */
record SnapshotRecord(ImageId image, List<Digest> diffIds) {
    private static final int SCHEMA_VERSION = 1;
    private static final JsonMapper MAPPER = new JsonMapper();

    SnapshotRecord {
        diffIds = List.copyOf(diffIds);
    }

    byte[] write() {
        var root = MAPPER.createObjectNode();
        root.put("schemaVersion", SCHEMA_VERSION).put("image", image.value());
        var layers = root.putArray("diffIds");
        diffIds.forEach(diffId -> layers.add(diffId.toString()));
        return root.toString().getBytes(UTF_8);
    }

    static SnapshotRecord read(byte[] content) throws IOException {
        var root = MAPPER.readTree(content);
        if (root == null || root.path("schemaVersion").intValue() != SCHEMA_VERSION) {
            throw new IOException("snapshot.json is not of schemaVersion " + SCHEMA_VERSION);
        }
        try {
            var diffIds = new ArrayList<Digest>();
            for (JsonNode diffId : root.path("diffIds")) {
                diffIds.add(Digest.parse(diffId.asText()));
            }
            return new SnapshotRecord(new ImageId(root.path("image").asText()), diffIds);
        } catch (RuntimeFault e) {
            throw new IOException("snapshot.json: " + e.getMessage(), e);
        }
    }
}
