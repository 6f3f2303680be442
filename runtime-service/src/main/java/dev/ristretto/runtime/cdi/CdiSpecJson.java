// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.cdi;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import dev.ristretto.runtime.spec.CdiDeviceName;
import dev.ristretto.runtime.spec.CdiEdits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads a specification: CDI 0.3.0 to 1.1.0, in JSON or YAML. Unknown fields are refused. */
final class CdiSpecJson {
    private static final Pattern VERSION = Pattern.compile("0\\.[3-8]\\.0|1\\.[01]\\.0");
    private static final long MOST_BYTES = 4 << 20;

    private static final ObjectMapper JSON = new JsonMapper();
    private static final ObjectMapper YAML = new YAMLMapper();

    private CdiSpecJson() {}

    /**
     * Reads a file.
     *
     * @throws InvalidSpecException saying what is wrong with it, without its name
     */
    static CdiSpec read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new InvalidSpecException("it has more than %d bytes".formatted(MOST_BYTES));
        }
        JsonNode root;
        try {
            var mapper = file.toString().endsWith(".json") ? JSON : YAML;
            root = mapper.readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new InvalidSpecException(e.getOriginalMessage());
        }
        if (root == null || !root.isObject()) {
            throw new InvalidSpecException("it holds no object");
        }
        return parse(file, root);
    }

    private static CdiSpec parse(Path file, JsonNode root) throws InvalidSpecException {
        requireKnown(
                root, "", Set.of("cdiVersion", "kind", "annotations", "devices", "containerEdits"));
        var version = text(root, "cdiVersion");
        if (!VERSION.matcher(version).matches()) {
            throw new InvalidSpecException(
                    "cdiVersion '%s' is not one of 0.3.0 to 1.1.0".formatted(version));
        }
        var kind = text(root, "kind");
        if (!CdiDeviceName.isKind(kind)) {
            throw new InvalidSpecException(
                    "kind '%s' is not of the form vendor.com/class".formatted(kind));
        }
        return new CdiSpec(
                file,
                kind,
                CdiEditsJson.parse(file, "containerEdits", root.path("containerEdits")),
                devices(file, root.path("devices")));
    }

    private static Map<String, CdiEdits> devices(Path file, JsonNode list)
            throws InvalidSpecException {
        var devices = new HashMap<String, CdiEdits>();
        for (var device : list) {
            requireKnown(device, "devices.", Set.of("name", "annotations", "containerEdits"));
            // A number is a name too, which YAML does not know.
            var name = device.path("name").asText();
            if (!CdiDeviceName.isDevice(name)) {
                throw new InvalidSpecException("devices.name '%s' is no name".formatted(name));
            }
            var edits =
                    CdiEditsJson.parse(
                            file,
                            "devices[%s].containerEdits".formatted(name),
                            device.path("containerEdits"));
            if (devices.put(name, edits) != null) {
                throw new InvalidSpecException("devices.name '%s' is there twice".formatted(name));
            }
        }
        if (devices.isEmpty()) {
            throw new InvalidSpecException("devices is empty");
        }
        return devices;
    }

    static void requireKnown(JsonNode node, String prefix, Set<String> known)
            throws InvalidSpecException {
        var unknown = new TreeSet<String>();
        node.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new InvalidSpecException(
                    "%s%s is not known".formatted(prefix, unknown.getFirst()));
        }
    }

    static String text(JsonNode node, String field) throws InvalidSpecException {
        var value = node.path(field);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw new InvalidSpecException("%s is missing".formatted(field));
        }
        return value.textValue();
    }
}
