// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;

import dev.ristretto.cli.output.Format;
import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.output.ProtoText;

import picocli.CommandLine.Option;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How a status is shown: {@code status}, and beside it what a verbose answer brings. */
final class StatusOutput {
    private static final List<String> TIMES = List.of("createdAt", "startedAt", "finishedAt");

    private final ProtoText text = new ProtoText();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "json",
            description = "json (default), yaml or table.")
    private Format format = Format.JSON;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only the status, not what the runtime knows besides.")
    private boolean quiet;

    boolean verbose() {
        return !quiet;
    }

    boolean table() {
        return format == Format.TABLE;
    }

    /** The status under {@code status}; its times as RFC 3339 instead of nanoseconds. */
    ObjectNode tree(Message status, Map<String, String> information) {
        var node = text.object();
        node.set("status", withTimes(text.tree(status)));
        return add(node, information);
    }

    ObjectNode add(ObjectNode node, Map<String, String> information) {
        new TreeMap<>(information).forEach((key, value) -> node.set(key, text.information(value)));
        return node;
    }

    JsonNode plain(Message message) {
        return text.tree(message);
    }

    JsonNode array(List<? extends JsonNode> elements) {
        return text.array(elements);
    }

    /** One status as an object, several as an array, as crictl does. */
    String render(List<ObjectNode> statuses) {
        return text.render(
                statuses.size() == 1 ? statuses.getFirst() : text.array(statuses), format);
    }

    private static JsonNode withTimes(JsonNode status) {
        if (status instanceof ObjectNode object) {
            for (var time : TIMES) {
                var nanos = object.path(time).asText();
                if (!nanos.isEmpty() && !nanos.equals("0")) {
                    object.put(time, Human.instant(Long.parseLong(nanos)).toString());
                }
            }
        }
        return status;
    }
}
