// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The configuration of one plugin.
 *
 * @param type the file name of its program
 * @param json all that the administrator wrote; not to be changed
 */
record PluginConfig(String type, ObjectNode json) {
    private static final Pattern TYPE = Pattern.compile("(?!\\.{1,2}$)[^/\\\\\\x00]{1,255}");

    /**
     * Reads one.
     *
     * @throws InvalidConfigException if it names no program
     */
    static PluginConfig parse(JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            throw new InvalidConfigException("a plugin is not a JSON object");
        }
        var type = object.path("type");
        if (!type.isTextual()) {
            throw new InvalidConfigException("a plugin has no 'type'");
        }
        if (!TYPE.matcher(type.asText()).matches()) {
            throw new InvalidConfigException(
                    "plugin type '%s' is not a file name".formatted(type.asText()));
        }
        return new PluginConfig(type.asText(), object);
    }

    /** What it wants the runtime to tell it. */
    Set<String> capabilities() {
        var wanted = new TreeSet<String>();
        for (var capability : json.path("capabilities").properties()) {
            if (capability.getValue().asBoolean()) {
                wanted.add(capability.getKey());
            }
        }
        return wanted;
    }
}
