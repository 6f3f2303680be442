// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.store;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MutableConfigOverride;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

import dev.ristretto.file.DurableFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
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
                    .addModule(AddressJson.module())
                    .addModule(
                            new SimpleModule()
                                    .addSerializer(Path.class, ToStringSerializer.instance))
                    // What a record computes of its components, as isMapped() does, is no field.
                    .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.FAIL, Nulls.FAIL))
                    .withConfigOverride(Optional.class, JsonRecords::mayBeNull)
                    .withConfigOverride(OptionalLong.class, JsonRecords::mayBeNull)
                    .build();

    private static void mayBeNull(MutableConfigOverride type) {
        type.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.SET));
    }

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
     * @throws DamagedRecordException if what is in it is not a record
     * @throws IOException if it is that of another version, or cannot be read; like the other it
     *     names the file and what is wrong with it
     */
    public Optional<V> read(Path file) throws IOException {
        try {
            var tree = JSON.readTree(Files.readAllBytes(file));
            if (!(tree instanceof ObjectNode object) || !object.path(SCHEMA_VERSION).isInt()) {
                throw new DamagedRecordException(file, "it is not a record", null);
            }
            requireVersion(file, object.remove(SCHEMA_VERSION).intValue());
            return Optional.of(JSON.treeToValue(object, type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new DamagedRecordException(file, e.getOriginalMessage(), e);
        }
    }

    private static void requireVersion(Path file, int version) throws IOException {
        if (version != CURRENT) {
            throw new IOException(
                    "read %s: schemaVersion is %d, but this daemon knows %d; it was written by"
                                    .formatted(file, version, CURRENT)
                            + " another version of ristrettod: start that one");
        }
    }
}
