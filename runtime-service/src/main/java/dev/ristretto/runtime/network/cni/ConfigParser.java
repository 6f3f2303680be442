// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Reads CNI configuration, see section 1 of the specification. */
final class ConfigParser {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private ConfigParser() {}

    /** What a configuration list says itself, before plugins of its folder are added. */
    record Listed(NetworkConfigList list, boolean onlyInlinedPlugins) {
        /**
         * The network as it is used.
         *
         * @param others plugins from the folder of the network's name
         * @throws InvalidConfigException if there is no plugin at all
         */
        NetworkConfigList with(List<PluginConfig> others) {
            var plugins = new ArrayList<>(list.plugins());
            plugins.addAll(others);
            if (plugins.isEmpty()) {
                throw new InvalidConfigException("there is no plugin in 'plugins'");
            }
            return new NetworkConfigList(
                    list.name(), list.cniVersion(), list.disableCheck(), list.disableGc(), plugins);
        }
    }

    /** Parses a {@code .conflist}. */
    static Listed list(byte[] content) {
        var node = object(content);
        boolean onlyInlined = flag(node, "loadOnlyInlinedPlugins");
        var plugins = new ArrayList<PluginConfig>();
        var listed = node.path("plugins");
        if (listed.isArray()) {
            listed.forEach(plugin -> plugins.add(PluginConfig.parse(plugin)));
        } else if (!listed.isMissingNode()) {
            throw new InvalidConfigException("'plugins' is not a list");
        } else if (onlyInlined) {
            throw new InvalidConfigException(
                    "'loadOnlyInlinedPlugins' is true, but there are no 'plugins'");
        }
        return new Listed(
                new NetworkConfigList(
                        name(node),
                        version(node),
                        flag(node, "disableCheck"),
                        flag(node, "disableGC"),
                        plugins),
                onlyInlined);
    }

    /** Parses a {@code .conf} or {@code .json}: a network of one plugin. */
    static NetworkConfigList single(byte[] content) {
        var node = object(content);
        if (node.has("plugins") && !node.has("type")) {
            throw new InvalidConfigException(
                    "there is no 'type'; a list of 'plugins' belongs in a .conflist");
        }
        var plugin = PluginConfig.parse(node);
        return new NetworkConfigList(name(node), version(node), false, false, List.of(plugin));
    }

    /** Parses a plugin of a network's folder. */
    static PluginConfig plugin(byte[] content) {
        return PluginConfig.parse(object(content));
    }

    private static ObjectNode object(byte[] content) {
        try {
            if (JSON.readTree(content) instanceof ObjectNode object) {
                return object;
            }
            throw new InvalidConfigException("it is not a JSON object");
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new InvalidConfigException(
                    "line %d: %s"
                            .formatted(at == null ? 1 : at.getLineNr(), e.getOriginalMessage()));
        } catch (IOException e) {
            throw new InvalidConfigException(String.valueOf(e.getMessage()));
        }
    }

    private static String name(ObjectNode node) {
        var name = node.path("name");
        if (!name.isTextual() || !NAME.matcher(name.asText()).matches()) {
            throw new InvalidConfigException(
                    name.isMissingNode()
                            ? "there is no 'name'"
                            : "name %s is not made of letters, digits, '_', '.' and '-'"
                                    .formatted(name));
        }
        return name.asText();
    }

    private static CniVersion version(ObjectNode node) {
        var offered = new ArrayList<CniVersion>();
        if (node.has("cniVersion")) {
            offered.add(version(node.get("cniVersion")));
        }
        for (var version : node.path("cniVersions")) {
            offered.add(version(version));
        }
        return CniVersion.highestSpoken(offered)
                .orElseThrow(
                        () ->
                                new InvalidConfigException(
                                        "cniVersion %s is none of %s to %s"
                                                .formatted(
                                                        offered.isEmpty() ? "(absent)" : offered,
                                                        CniVersion.OLDEST,
                                                        CniVersion.NEWEST)));
    }

    private static CniVersion version(JsonNode node) {
        return CniVersion.parse(node.asText())
                .orElseThrow(
                        () -> new InvalidConfigException("cniVersion %s is none".formatted(node)));
    }

    /** The reference library takes the words too. */
    private static boolean flag(ObjectNode node, String key) {
        var value = node.path(key);
        if (value.isMissingNode() || value.isBoolean()) {
            return value.asBoolean();
        }
        return switch (value.asText().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new InvalidConfigException(
                            "'%s' is %s; it must be true or false".formatted(key, value));
        };
    }
}
