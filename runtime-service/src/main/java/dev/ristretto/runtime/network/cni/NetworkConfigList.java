// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/**
 * A network of plugins, see section 1 of the specification.
 *
 * @param name of the network
 * @param cniVersion the highest that the configuration offers and this daemon speaks
 * @param disableCheck whether CHECK must not be called
 * @param disableGc whether GC must not be called, as where two runtimes share the configuration
 * @param plugins in the order of ADD; at least one
 */
record NetworkConfigList(
        String name,
        CniVersion cniVersion,
        boolean disableCheck,
        boolean disableGc,
        List<PluginConfig> plugins) {
    NetworkConfigList {
        plugins = List.copyOf(plugins);
    }

    boolean checks() {
        return !disableCheck && cniVersion.isAtLeast(CniVersion.CHECK);
    }

    boolean collectsGarbage() {
        return !disableGc && cniVersion.isAtLeast(CniVersion.NEWEST);
    }

    boolean tellsStatus() {
        return cniVersion.isAtLeast(CniVersion.NEWEST);
    }

    /** The JSON of a configuration list that is whole in itself. */
    ObjectNode toJson() {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("cniVersion", cniVersion.toString());
        node.put("name", name);
        node.put("disableCheck", disableCheck);
        node.put("disableGC", disableGc);
        node.put("loadOnlyInlinedPlugins", true);
        var list = node.putArray("plugins");
        plugins.forEach(plugin -> list.add(plugin.json()));
        return node;
    }

    /** Reads what {@link #toJson} wrote. */
    static NetworkConfigList fromJson(JsonNode node) {
        var plugins = new ArrayList<PluginConfig>();
        for (var plugin : node.required("plugins")) {
            plugins.add(PluginConfig.parse(plugin));
        }
        return new NetworkConfigList(
                node.required("name").asText(),
                CniVersion.parse(node.required("cniVersion").asText()).orElseThrow(),
                node.required("disableCheck").asBoolean(),
                node.required("disableGC").asBoolean(),
                plugins);
    }
}
