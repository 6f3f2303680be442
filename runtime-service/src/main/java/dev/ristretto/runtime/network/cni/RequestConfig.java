// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a plugin reads on its standard input, see section 3 of the specification. */
final class RequestConfig {
    private static final String RESERVED = "cni.dev/";

    private RequestConfig() {}

    /**
     * For ADD, DEL and CHECK.
     *
     * @param capabilityArgs what the runtime has to tell, by capability
     * @param prevResult what the plugin before it, or the whole ADD, answered
     */
    static ObjectNode ofAttachment(
            NetworkConfigList list,
            PluginConfig plugin,
            Map<String, JsonNode> capabilityArgs,
            Optional<ObjectNode> prevResult) {
        var node = ofNetwork(list, plugin);
        node.remove("capabilities");
        var told = node.objectNode();
        for (var capability : plugin.capabilities()) {
            var value = capabilityArgs.get(capability);
            if (value != null) {
                told.set(capability, value.deepCopy());
            }
        }
        if (!told.isEmpty()) {
            node.set("runtimeConfig", told);
        }
        prevResult.ifPresent(result -> node.set("prevResult", result.deepCopy()));
        return node;
    }

    /** For STATUS. */
    static ObjectNode ofNetwork(NetworkConfigList list, PluginConfig plugin) {
        var node = plugin.json().deepCopy();
        var reserved = new ArrayList<String>();
        node.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (name.startsWith(RESERVED)) {
                                reserved.add(name);
                            }
                        });
        node.remove(reserved);
        node.put("cniVersion", list.cniVersion().toString());
        return node.put("name", list.name());
    }

    /**
     * For GC.
     *
     * @param valid ids of the pods whose attachments stay
     */
    static ObjectNode ofGarbageCollection(
            NetworkConfigList list, PluginConfig plugin, List<String> valid, String interfaceName) {
        var node = ofNetwork(list, plugin);
        // The second key is the one that plugins of the specification's drafts read.
        for (var key : List.of("valid-attachments", "attachments")) {
            var attachments = node.putArray(RESERVED + key);
            for (var id : valid) {
                attachments.addObject().put("containerID", id).put("ifname", interfaceName);
            }
        }
        return node;
    }
}
