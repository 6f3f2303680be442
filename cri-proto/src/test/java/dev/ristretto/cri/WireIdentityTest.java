// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cri;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import runtime.v1.VersionRequest;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Our schema against the reference's descriptors ({@code runtime-v1.desc}): what both mean on the
 * wire, element by element. Comments and the options of languages may differ, and nothing else.
 */
class WireIdentityTest {
    private static final Map<String, Map<String, String>> REFERENCE = elements(reference());
    private static final Map<String, Map<String, String>> OURS =
            elements(VersionRequest.getDescriptor().getFile());

    @Test
    void schema_hasTheSameElements() {
        assertThat(OURS.keySet()).isEqualTo(REFERENCE.keySet());
    }

    @Test
    void reference_isTheWholeSchema() {
        var file = reference();
        long methods =
                file.getServices().stream().mapToLong(service -> service.getMethods().size()).sum();

        assertThat(file.getMessageTypes()).hasSize(175);
        assertThat(methods).isEqualTo(37 + 6);
    }

    @ParameterizedTest
    @MethodSource("names")
    void element_meansTheSameOnTheWire(String name) {
        assertThat(OURS.get(name)).isEqualTo(REFERENCE.get(name));
    }

    static Set<String> names() {
        return REFERENCE.keySet();
    }

    /** Every message, enum and service by its full name, with what the wire knows of its parts. */
    private static Map<String, Map<String, String>> elements(FileDescriptor file) {
        var elements = new TreeMap<String, Map<String, String>>();
        file.getMessageTypes().forEach(message -> add(elements, message));
        file.getEnumTypes().forEach(type -> elements.put(type.getFullName(), values(type)));
        file.getServices()
                .forEach(service -> elements.put(service.getFullName(), methods(service)));
        return elements;
    }

    private static void add(Map<String, Map<String, String>> elements, Descriptor message) {
        var fields = new TreeMap<String, String>();
        var proto = message.toProto();
        fields.put("(map entry)", "" + proto.getOptions().getMapEntry());
        fields.put("(reserved)", proto.getReservedRangeList() + " " + proto.getReservedNameList());
        message.getFields().forEach(field -> fields.put(field.getName(), text(field)));
        elements.put(message.getFullName(), fields);
        message.getNestedTypes().forEach(nested -> add(elements, nested));
        message.getEnumTypes().forEach(type -> elements.put(type.getFullName(), values(type)));
    }

    private static Map<String, String> values(EnumDescriptor type) {
        var values = new TreeMap<String, String>();
        values.put("(closed)", "" + type.isClosed());
        type.getValues().forEach(value -> values.put(value.getName(), "" + value.getNumber()));
        return values;
    }

    private static Map<String, String> methods(ServiceDescriptor service) {
        var methods = new TreeMap<String, String>();
        service.getMethods().forEach(method -> methods.put(method.getName(), text(method)));
        return methods;
    }

    private static String text(FieldDescriptor field) {
        var proto = field.toProto();
        var oneof = field.getRealContainingOneof();
        return "%d %s %s %s, oneof %s, json %s, packed %b, presence %b, redacted %b"
                .formatted(
                        field.getNumber(),
                        proto.getLabel(),
                        field.getType(),
                        proto.getTypeName(),
                        oneof == null ? "none" : oneof.getName(),
                        field.getJsonName(),
                        field.isPacked(),
                        field.hasPresence(),
                        proto.getOptions().getDebugRedact());
    }

    private static String text(MethodDescriptor method) {
        return "%s%s -> %s%s"
                .formatted(
                        method.isClientStreaming() ? "stream " : "",
                        method.getInputType().getFullName(),
                        method.isServerStreaming() ? "stream " : "",
                        method.getOutputType().getFullName());
    }

    private static FileDescriptor reference() {
        try (var in = WireIdentityTest.class.getResourceAsStream("/runtime-v1.desc")) {
            var files = FileDescriptorSet.parseFrom(in).getFileList();
            assertThat(files).hasSize(1);
            return FileDescriptor.buildFrom(files.getFirst(), new FileDescriptor[0]);
        } catch (IOException | DescriptorValidationException e) {
            throw new AssertionError(e);
        }
    }
}
