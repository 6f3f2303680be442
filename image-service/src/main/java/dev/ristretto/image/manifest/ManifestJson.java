// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.manifest;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.reference.Digest;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One JSON object of a manifest or configuration, with the path that leads to it, so that every
 * fault names the field. A field that is {@code null} counts as absent: Docker writes both.
 */
final class ManifestJson {
    /** Strict where two readers could differ: a doubled key or text after the end is refused. */
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /** What goes before a field's name in a message, with its separator. */
    private final String prefix;

    private final JsonNode node;

    private ManifestJson(String prefix, JsonNode node) {
        this.prefix = prefix;
        this.node = node;
    }

    /** Reads a document; {@code what} begins the paths in messages. */
    static ManifestJson read(String what, byte[] content) {
        if (content.length > Manifests.MAX_BYTES) {
            throw RuntimeFault.wrongState(
                    "%s has %d bytes, at most %d are allowed",
                    what, content.length, Manifests.MAX_BYTES);
        }
        JsonNode root;
        try {
            root = MAPPER.readTree(content);
        } catch (IOException e) {
            throw RuntimeFault.wrongState("%s is not JSON: %s", what, firstLine(e));
        }
        if (root == null || !root.isObject()) {
            throw RuntimeFault.wrongState("%s is not a JSON object", what);
        }
        return new ManifestJson(what + " ", root);
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    String textOr(String name, String absent) {
        var value = get(name);
        if (value == null) {
            return absent;
        }
        if (!value.isTextual()) {
            throw wrong(name, "is not a string");
        }
        return value.textValue();
    }

    long longOr(String name, long absent) {
        var value = get(name);
        if (value == null) {
            return absent;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(name, "is not a whole number");
        }
        return value.longValue();
    }

    ManifestJson object(String name) {
        if (get(name) == null) {
            throw wrong(name, "is missing");
        }
        return objectOrEmpty(name);
    }

    ManifestJson objectOrEmpty(String name) {
        var value = get(name);
        if (value == null) {
            return new ManifestJson(prefix + name + ".", MAPPER.createObjectNode());
        }
        if (!value.isObject()) {
            throw wrong(name, "is not an object");
        }
        return new ManifestJson(prefix + name + ".", value);
    }

    /** The objects of a list that must be there, refused above a count. */
    List<ManifestJson> objects(String name, int max) {
        var list = list(name);
        if (list == null) {
            throw wrong(name, "is missing");
        }
        if (list.size() > max) {
            throw wrong(name, "has %d entries, at most %d are allowed".formatted(list.size(), max));
        }
        var objects = new ArrayList<ManifestJson>();
        for (int i = 0; i < list.size(); i++) {
            var entry = name + "[" + i + "]";
            if (!list.get(i).isObject()) {
                throw wrong(entry, "is not an object");
            }
            objects.add(new ManifestJson(prefix + entry + ".", list.get(i)));
        }
        return objects;
    }

    List<String> texts(String name) {
        var list = list(name);
        var texts = new ArrayList<String>();
        if (list != null) {
            for (var entry : list) {
                if (!entry.isTextual()) {
                    throw wrong(name, "has an entry that is not a string");
                }
                texts.add(entry.textValue());
            }
        }
        return texts;
    }

    List<Digest> digests(String name) {
        var digests = new ArrayList<Digest>();
        for (var text : texts(name)) {
            digests.add(digest(name, text));
        }
        return digests;
    }

    /** The keys of an object used as a set, as {@code Volumes} is. */
    Set<String> keys(String name) {
        var keys = new HashSet<String>();
        objectOrEmpty(name).node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    Map<String, String> textMap(String name) {
        var object = objectOrEmpty(name);
        var map = new HashMap<String, String>();
        for (var key : keys(name)) {
            map.put(key, object.textOr(key, ""));
        }
        return map;
    }

    Descriptor descriptor() {
        if (!has("size")) {
            throw wrong("size", "is missing");
        }
        long size = longOr("size", 0);
        if (size < 0) {
            throw wrong("size", "is " + size);
        }
        return new Descriptor(
                textOr("mediaType", ""),
                digest("digest", textOr("digest", "")),
                size,
                platform(),
                textMap("annotations"));
    }

    private Optional<Platform> platform() {
        if (!has("platform")) {
            return Optional.empty();
        }
        var platform = object("platform");
        return Optional.of(
                new Platform(
                        platform.textOr("os", ""),
                        platform.textOr("architecture", ""),
                        platform.textOr("variant", "")));
    }

    private Digest digest(String name, String text) {
        try {
            return Digest.parse(text);
        } catch (RuntimeFault e) {
            throw wrong(name, "is bad: " + e.getMessage());
        }
    }

    private @Nullable JsonNode list(String name) {
        var value = get(name);
        if (value != null && !value.isArray()) {
            throw wrong(name, "is not a list");
        }
        return value;
    }

    private @Nullable JsonNode get(String name) {
        return node.hasNonNull(name) ? node.get(name) : null;
    }

    private RuntimeFault wrong(String name, String what) {
        return RuntimeFault.wrongState("%s%s %s", prefix, name, what);
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
