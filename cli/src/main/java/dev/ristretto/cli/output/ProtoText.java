// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;

import java.util.List;

/** Protobuf messages as JSON and YAML, with the fields that hold their default, as crictl's. */
public final class ProtoText {
    private final JsonMapper json = new JsonMapper();

    /** Fields as the schema's JSON names; 64-bit numbers are strings, as protobuf's JSON has it. */
    public JsonNode tree(MessageOrBuilder message) {
        try {
            return json.readTree(
                    JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(message));
        } catch (InvalidProtocolBufferException | JsonProcessingException e) {
            throw new IllegalStateException("print " + message.getDescriptorForType(), e);
        }
    }

    /** Text that ends with a line feed. {@code TABLE} is no format for a tree. */
    public String render(JsonNode tree, Format format) {
        try {
            return switch (format) {
                case JSON -> json.writer(printer()).writeValueAsString(tree) + "\n";
                case YAML -> yaml().writeValueAsString(tree);
                case TABLE -> throw new IllegalArgumentException("a tree is no table");
            };
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    /** What a verbose status brings beside the message: JSON where it is JSON, else text. */
    public JsonNode information(String value) {
        if (value.startsWith("{") || value.startsWith("[")) {
            try {
                return json.readTree(value);
            } catch (JsonProcessingException e) {
                // Free-form by the CRI's word: text that only looks like JSON stays text.
                return json.getNodeFactory().textNode(value);
            }
        }
        return json.getNodeFactory().textNode(value.replaceAll("^\"|\"$", ""));
    }

    public ObjectNode object() {
        return json.createObjectNode();
    }

    public JsonNode array(List<? extends JsonNode> elements) {
        return json.createArrayNode().addAll(elements);
    }

    private static YAMLMapper yaml() {
        return YAMLMapper.builder()
                .disable(Feature.WRITE_DOC_START_MARKER)
                .enable(Feature.MINIMIZE_QUOTES)
                .enable(Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .build();
    }

    private static DefaultPrettyPrinter printer() {
        var indent = new DefaultIndenter("  ", "\n");
        var separators =
                Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Spacing.AFTER)
                        .withObjectEmptySeparator("")
                        .withArrayEmptySeparator("");
        var printer = new DefaultPrettyPrinter(separators);
        printer.indentObjectsWith(indent);
        printer.indentArraysWith(indent);
        return printer;
    }
}
