// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class RequestConfigTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final NetworkConfigList LIST =
            ConfigParser.list(
                            """
                            {"cniVersion": "1.1.0", "name": "n", "plugins": [
                              {"type": "a", "x": [1, {"y": null}], "cni.dev/z": 1, "name": "other",
                               "capabilities": {"portMappings": true, "mac": true, "dns": false}}]}
                            """
                                    .getBytes(StandardCharsets.UTF_8))
                    .with(List.of());

    private static final Map<String, JsonNode> ARGS =
            Map.of("portMappings", IntNode.valueOf(1), "dns", IntNode.valueOf(2));

    @Test
    void attachment_isToldWhatItAsksForAndWhatWentBefore() throws JsonProcessingException {
        var previous = (ObjectNode) JSON.readTree("{\"ips\": []}");

        var config = RequestConfig.ofAttachment(LIST, plugin(), ARGS, Optional.of(previous));

        assertThat(config)
                .isEqualTo(
                        JSON.readTree(
                                """
                                {"cniVersion": "1.1.0", "name": "n", "type": "a", "x": [1, {"y": null}],
                                 "runtimeConfig": {"portMappings": 1}, "prevResult": {"ips": []}}
                                """));
    }

    @Test
    void firstOfAChain_hasNoPreviousResult() {
        var config = RequestConfig.ofAttachment(LIST, plugin(), Map.of(), Optional.empty());

        assertThat(config.has("prevResult")).isFalse();
        assertThat(config.has("runtimeConfig")).isFalse();
    }

    @Test
    void garbageCollection_namesWhoStays() {
        var config = RequestConfig.ofGarbageCollection(LIST, plugin(), List.of("p1", "p2"), "eth0");

        assertThat(config.get("cni.dev/valid-attachments"))
                .hasToString(
                        "[{\"containerID\":\"p1\",\"ifname\":\"eth0\"},"
                                + "{\"containerID\":\"p2\",\"ifname\":\"eth0\"}]")
                .isEqualTo(config.get("cni.dev/attachments"));
        assertThat(config.has("cni.dev/z")).isFalse();
    }

    @Test
    void list_canBeReadFromWhatItWrites() {
        assertThat(NetworkConfigList.fromJson(LIST.toJson())).isEqualTo(LIST);
    }

    private static PluginConfig plugin() {
        return LIST.plugins().getFirst();
    }
}
