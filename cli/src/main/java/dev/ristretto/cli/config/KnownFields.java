// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;

import dev.ristretto.cli.session.CommandFailure;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;

/** Holds a tree against a message's schema. */
final class KnownFields {
    private final String source;

    KnownFields(String source) {
        this.source = source;
    }

    /**
     * @throws CommandFailure with the path of the first field that the schema has not, and with the
     *     nearest that it has
     */
    void check(JsonNode tree, Descriptor schema) {
        check(tree, schema, "");
    }

    private void check(JsonNode tree, Descriptor schema, String path) {
        for (var property : tree.properties()) {
            var name = property.getKey();
            var field = find(schema, name);
            if (field == null) {
                throw CommandFailure.of(
                        "%s: unknown field '%s%s'; did you mean '%s'?",
                        source, path, name, nearest(schema, name));
            }
            if (field.getJavaType() == JavaType.MESSAGE && !field.isMapField()) {
                descend(property.getValue(), field.getMessageType(), path + name);
            }
        }
    }

    private void descend(JsonNode value, Descriptor schema, String path) {
        if (!value.isArray()) {
            check(value, schema, path + ".");
            return;
        }
        for (int i = 0; i < value.size(); i++) {
            check(value.get(i), schema, "%s[%d].".formatted(path, i));
        }
    }

    private static @Nullable FieldDescriptor find(Descriptor schema, String name) {
        for (var field : schema.getFields()) {
            if (field.getName().equals(name) || field.getJsonName().equals(name)) {
                return field;
            }
        }
        return null;
    }

    private static String nearest(Descriptor schema, String name) {
        var names = new ArrayList<String>();
        for (var field : schema.getFields()) {
            names.add(field.getName());
        }
        return Nearest.of(name, names);
    }
}
