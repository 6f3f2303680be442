// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.snapshot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.ristretto.image.unpack.LayerSummary;
import dev.ristretto.linux.syscall.KernelString;

import java.io.IOException;
import java.util.SortedSet;
import java.util.TreeSet;

/** {@code layer.json} beside a layer's files: what was found while it was unpacked. */
final class LayerRecord {
    private static final int SCHEMA_VERSION = 1;
    private static final JsonMapper MAPPER = new JsonMapper();

    private LayerRecord() {}

    static byte[] write(LayerSummary summary) {
        var root = MAPPER.createObjectNode();
        root.put("schemaVersion", SCHEMA_VERSION);
        root.put("bytes", summary.bytes());
        root.put("inodes", summary.inodes());
        root.put("opaqueRoot", summary.opaqueRoot());
        var directories = root.putArray("implicitDirs");
        // One character for each byte: names need not be UTF-8, JSON must.
        for (var path : summary.implicitDirs()) {
            directories.add(new String(KernelString.encode(path), ISO_8859_1));
        }
        return root.toString().getBytes(UTF_8);
    }

    static LayerSummary read(byte[] content) throws IOException {
        var root = MAPPER.readTree(content);
        if (root == null || root.path("schemaVersion").intValue() != SCHEMA_VERSION) {
            throw new IOException("layer.json is not of schemaVersion " + SCHEMA_VERSION);
        }
        SortedSet<String> directories = new TreeSet<>();
        for (JsonNode path : root.path("implicitDirs")) {
            directories.add(KernelString.decode(path.textValue().getBytes(ISO_8859_1)));
        }
        return new LayerSummary(
                root.path("bytes").longValue(),
                root.path("inodes").longValue(),
                root.path("opaqueRoot").booleanValue(),
                directories);
    }
}
