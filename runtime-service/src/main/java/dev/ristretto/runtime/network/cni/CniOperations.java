// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is done with the plugins of a network, see section 3 of the specification. */
final class CniOperations {
    private final Plugins plugins;
    private final ObjectMapper json = new ObjectMapper();

    CniOperations(Plugins plugins) {
        this.plugins = plugins;
    }

    /** ADD, each plugin with the result of the one before it. */
    CniResult add(Attachment attachment, Deadline deadline) throws IOException {
        var list = attachment.list();
        Optional<CniResult> previous = Optional.empty();
        for (var plugin : list.plugins()) {
            var answer =
                    run(
                            attachment,
                            plugin,
                            new Asked("ADD", attachment.netns().path()),
                            previous.map(CniResult::json),
                            deadline);
            previous = Optional.of(result(plugin, answer, list.cniVersion()));
        }
        return previous.orElseThrow();
    }

    /**
     * DEL, in the opposite order, up to the first failure.
     *
     * @param netns path of the pod's namespace, empty if it is gone
     */
    void delete(Attachment attachment, String netns, Deadline deadline) throws IOException {
        var result =
                attachment.list().cniVersion().isAtLeast(CniVersion.CHECK)
                        ? attachment.result().map(CniResult::json)
                        : Optional.<ObjectNode>empty();
        for (var plugin : attachment.list().plugins().reversed()) {
            try {
                run(attachment, plugin, new Asked("DEL", netns), result, deadline);
            } catch (PluginException e) {
                if (e.code() != PluginException.UNKNOWN_CONTAINER) {
                    throw e;
                }
            }
        }
    }

    /** CHECK of an attachment that has a result. */
    void check(Attachment attachment, Deadline deadline) throws IOException {
        for (var plugin : attachment.list().plugins()) {
            run(
                    attachment,
                    plugin,
                    new Asked("CHECK", attachment.netns().path()),
                    attachment.result().map(CniResult::json),
                    deadline);
        }
    }

    /**
     * GC: every plugin is asked, whatever another one answers.
     *
     * @param valid ids of the pods that stay
     * @return what failed
     */
    List<String> collectGarbage(NetworkConfigList list, List<String> valid, Deadline deadline) {
        var failures = new ArrayList<String>();
        for (var plugin : list.plugins()) {
            var config =
                    RequestConfig.ofGarbageCollection(list, plugin, valid, Attachment.INTERFACE);
            try {
                plugins.run(new Plugins.Call(plugin.type(), "GC", Map.of(), config), deadline);
            } catch (IOException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        return failures;
    }

    /** STATUS, up to the first plugin that is not ready. */
    void status(NetworkConfigList list, Deadline deadline) throws IOException {
        for (var plugin : list.plugins()) {
            var config = RequestConfig.ofNetwork(list, plugin);
            plugins.run(new Plugins.Call(plugin.type(), "STATUS", Map.of(), config), deadline);
        }
    }

    private record Asked(String command, String netns) {}

    private byte[] run(
            Attachment attachment,
            PluginConfig plugin,
            Asked asked,
            Optional<ObjectNode> previous,
            Deadline deadline)
            throws IOException {
        var variables =
                Map.of(
                        "CNI_CONTAINERID", attachment.podSandboxId(),
                        "CNI_NETNS", asked.netns(),
                        "CNI_IFNAME", Attachment.INTERFACE,
                        "CNI_ARGS", attachment.arguments().args());
        var config =
                RequestConfig.ofAttachment(
                        attachment.list(),
                        plugin,
                        attachment.arguments().capabilityArgs(),
                        previous);
        return plugins.run(
                new Plugins.Call(plugin.type(), asked.command(), variables, config), deadline);
    }

    private CniResult result(PluginConfig plugin, byte[] answer, CniVersion version)
            throws IOException {
        try {
            JsonNode node = json.readTree(answer);
            return CniResult.of(node, version);
        } catch (IOException | IllegalArgumentException e) {
            throw PluginException.refused(
                    "plugin %s: its answer to ADD is no result: %s"
                            .formatted(plugin.type(), String.valueOf(e.getMessage())));
        }
    }
}
