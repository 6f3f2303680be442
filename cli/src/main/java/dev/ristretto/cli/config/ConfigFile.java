// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;

import dev.ristretto.cli.session.CommandFailure;

import runtime.v1.ContainerConfig;
import runtime.v1.KeyValue;
import runtime.v1.PodSandboxConfig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.UUID;

/** A pod or container config in a file. */
public final class ConfigFile {
    private final Path file;

    public ConfigFile(Path file) {
        this.file = file;
    }

    /** A pod config; one without {@code metadata.uid} gets a random one. */
    public PodSandboxConfig pod() throws IOException {
        var config = PodSandboxConfig.newBuilder();
        merge(config);
        if (config.getMetadata().getName().isEmpty()) {
            throw missing("metadata.name");
        }
        if (config.getMetadata().getNamespace().isEmpty()) {
            throw missing("metadata.namespace");
        }
        if (config.getMetadata().getUid().isEmpty()) {
            config.getMetadataBuilder().setUid(UUID.randomUUID().toString());
        }
        return config.build();
    }

    public ContainerConfig container() throws IOException {
        var config = ContainerConfig.newBuilder();
        merge(config);
        if (config.getMetadata().getName().isEmpty()) {
            throw missing("metadata.name");
        }
        if (config.getImage().getImage().isEmpty()) {
            throw missing("image.image");
        }
        return config.build();
    }

    private CommandFailure missing(String field) {
        return CommandFailure.of("%s: %s is not set", file, field);
    }

    private void merge(Message.Builder config) throws IOException {
        var tree = read();
        new KnownFields(file.toString()).check(tree, config.getDescriptorForType());
        encodeEnvironment(tree);
        try {
            JsonFormat.parser().merge(tree.toString(), config);
        } catch (InvalidProtocolBufferException e) {
            throw CommandFailure.because(e, "%s: %s", file, String.valueOf(e.getMessage()));
        }
    }

    private ObjectNode read() throws IOException {
        var text = Files.readString(file);
        // YAML contains JSON, but JSON's own parser says better what is wrong with JSON.
        ObjectMapper mapper =
                text.stripLeading().startsWith("{") ? new JsonMapper() : new YAMLMapper();
        try {
            if (mapper.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw CommandFailure.because(
                    e,
                    "%s: line %d, column %d: %s",
                    file,
                    at == null ? 0 : at.getLineNr(),
                    at == null ? 0 : at.getColumnNr(),
                    e.getOriginalMessage());
        }
        throw CommandFailure.of("%s: not a config: an object with metadata is expected", file);
    }

    /** The schema has values of {@link KeyValue} as bytes; files have them as the text they are. */
    private static void encodeEnvironment(JsonNode config) {
        for (var variable : config.path("envs")) {
            var value = variable.path("value");
            if (variable instanceof ObjectNode object && value.isValueNode() && !value.isNull()) {
                var bytes = value.asText().getBytes(StandardCharsets.UTF_8);
                object.put("value", Base64.getEncoder().encodeToString(bytes));
            }
        }
    }
}
