// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

import dev.ristretto.file.DurableFile;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Values as JSON files that carry a {@code schemaVersion}. Replaced atomically without waiting for
 * the disk: what a power cut takes, the kubelet makes again.
 *
 * @param <V> a record of records
 */
public final class JsonRecords<V> implements ObjectStore.Records<V> {
    private static final String SCHEMA_VERSION = "schemaVersion";
    private static final int CURRENT = 1;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .addModule(new Jdk8Module())
                    .addModule(new JavaTimeModule())
                    .addModule(
                            new SimpleModule()
                                    .addSerializer(Path.class, ToStringSerializer.instance))
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    private final Class<V> type;
    private final Function<V, Path> fileOf;

    /**
     * Records of one type.
     *
     * @param fileOf where a value's file is; its directory exists
     */
    public JsonRecords(Class<V> type, Function<V, Path> fileOf) {
        this.type = type;
        this.fileOf = fileOf;
    }

    @Override
    public void write(V value) throws IOException {
        ObjectNode tree = JSON.valueToTree(value);
        tree.put(SCHEMA_VERSION, CURRENT);
        DurableFile.replace(fileOf.apply(value), JSON.writeValueAsBytes(tree));
    }

    @Override
    public void delete(V value) throws IOException {
        Files.deleteIfExists(fileOf.apply(value));
    }

    /**
     * Reads a file, empty if there is none.
     *
     * @throws IOException that names the file and what is wrong with it
     */
    public Optional<V> read(Path file) throws IOException {
        try {
            var tree = JSON.readTree(Files.readAllBytes(file));
            requireVersion(file, tree);
            ((ObjectNode) tree).remove(SCHEMA_VERSION);
            return Optional.of(JSON.treeToValue(tree, type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new IOException("read %s: %s".formatted(file, e.getOriginalMessage()), e);
        }
    }

    private static void requireVersion(Path file, @Nullable JsonNode tree) throws IOException {
        var version = tree instanceof ObjectNode object ? object.get(SCHEMA_VERSION) : null;
        if (version == null || version.asInt() != CURRENT) {
            throw new IOException(
                    "read %s: schemaVersion is %s, but this daemon knows %d; it was written by"
                                    .formatted(file, version, CURRENT)
                            + " another version of ristrettod");
        }
    }
}
