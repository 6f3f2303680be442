// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

import dev.ristretto.fault.RuntimeFault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Reads the configuration file (YAML) over the defaults. A key that does not exist is refused with
 * the nearest that does; a value of the wrong kind is refused with its key.
 */
public final class ConfigFile {
    // Paths are written as a user writes them; Jackson's own form is a file: URI.
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory())
                    .registerModule(
                            new SimpleModule()
                                    .addSerializer(Path.class, ToStringSerializer.instance));

    private ConfigFile() {}

    /**
     * Reads a file.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} naming file and key
     */
    public static RistrettoConfig read(Path file) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (RuntimeFault e) {
            throw RuntimeFault.invalidArgument("read %s: %s", file, e.getMessage());
        }
    }

    /** Parses the text of a configuration file; an empty text gives the defaults. */
    public static RistrettoConfig parse(String text) {
        try {
            var tree = defaultsTree();
            var given = YAML.readTree(text);
            if (given != null && !given.isMissingNode() && !given.isNull()) {
                merge(tree, given, "");
            }
            return YAML.treeToValue(tree, RistrettoConfig.class);
        } catch (ValueInstantiationException e) {
            if (e.getCause() instanceof RuntimeFault fault) {
                throw fault;
            }
            throw RuntimeFault.invalidArgument("%s", e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw RuntimeFault.invalidArgument(
                    "%s%s",
                    at == null ? "" : "line %d: ".formatted(at.getLineNr()),
                    e.getOriginalMessage());
        }
    }

    /** The file that would give this configuration, every key named. */
    public static String print(RistrettoConfig config) {
        try {
            return YAML.writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a configuration that cannot be written", e);
        }
    }

    /** Every key with its default, as {@code path: value} in the order of the records. */
    public static List<String> keys() {
        var keys = new ArrayList<String>();
        list(defaultsTree(), "", keys);
        return List.copyOf(keys);
    }

    private static ObjectNode defaultsTree() {
        return YAML.valueToTree(RistrettoConfig.defaults());
    }

    private static void merge(ObjectNode into, JsonNode given, String prefix) {
        if (!given.isObject()) {
            throw RuntimeFault.invalidArgument(
                    "%s is not a table of keys", prefix.isEmpty() ? "the file" : prefix);
        }
        for (var entry : given.properties()) {
            var key = entry.getKey();
            var known = into.get(key);
            if (known == null) {
                throw unknownKey(into, prefix, key);
            }
            if (known instanceof ObjectNode table) {
                merge(table, entry.getValue(), prefix + key + ".");
            } else {
                into.set(key, sameKind(prefix + key, known, entry.getValue()));
            }
        }
    }

    private static JsonNode sameKind(String path, JsonNode known, JsonNode given) {
        boolean same =
                known.isArray() == given.isArray()
                        && known.isBoolean() == given.isBoolean()
                        && known.isIntegralNumber() == given.isIntegralNumber()
                        && !given.isObject()
                        && !given.isNull();
        if (!same) {
            throw RuntimeFault.invalidArgument(
                    "%s is %s; it must be a %s, for example %s", path, given, kindOf(known), known);
        }
        return given;
    }

    private static String kindOf(JsonNode node) {
        if (node.isArray()) {
            return "list";
        }
        if (node.isBoolean()) {
            return "yes-or-no value";
        }
        return node.isIntegralNumber() ? "whole number" : "text";
    }

    private static RuntimeFault unknownKey(ObjectNode known, String prefix, String key) {
        var nearest = "";
        int distance = Integer.MAX_VALUE;
        for (Iterator<String> names = known.fieldNames(); names.hasNext(); ) {
            var name = names.next();
            int d = EditDistance.between(key, name);
            if (d < distance) {
                distance = d;
                nearest = name;
            }
        }
        return RuntimeFault.invalidArgument(
                "key '%s%s' does not exist; did you mean '%s%s'?", prefix, key, prefix, nearest);
    }

    private static void list(JsonNode node, String prefix, List<String> keys) {
        for (var entry : node.properties()) {
            var path = prefix + entry.getKey();
            if (entry.getValue().isObject()) {
                list(entry.getValue(), path + ".", keys);
            } else {
                keys.add(path + ": " + entry.getValue());
            }
        }
    }
}
