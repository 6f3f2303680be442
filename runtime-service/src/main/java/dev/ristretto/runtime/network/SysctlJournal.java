// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.ristretto.file.DurableFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which settings of the host's kernel this daemon, or an earlier one since the last reboot, has
 * changed: on disk before the change is made, so that whoever dismantles the network knows what was
 * there. Not thread-safe.
 */
final class SysctlJournal {
    private static final int SCHEMA_VERSION = 1;

    private final Path file;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param file its name must not look like that of a lease
     */
    SysctlJournal(Path file) {
        this.file = file;
    }

    /** Adds a change. If the setting was changed before, what it was then stays. */
    void add(Change change) throws IOException {
        var changes = new ArrayList<>(changes());
        if (changes.stream().noneMatch(known -> known.key().equals(change.key()))) {
            changes.add(change);
            save(changes);
        }
    }

    /** All changes, the oldest first. */
    List<Change> changes() throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        try {
            var node = json.readTree(content);
            int version = node.required("schemaVersion").asInt();
            if (version != SCHEMA_VERSION) {
                throw new IOException("schemaVersion %d is not 1".formatted(version));
            }
            var changes = new ArrayList<Change>();
            for (var entry : node.required("changes")) {
                changes.add(
                        new Change(
                                entry.required("key").asText(),
                                entry.required("before").asText(),
                                entry.required("now").asText()));
            }
            return changes;
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("read changed sysctls %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    void clear() throws IOException {
        Files.deleteIfExists(file);
    }

    private void save(List<Change> changes) throws IOException {
        var node = json.createObjectNode().put("schemaVersion", SCHEMA_VERSION);
        var entries = node.putArray("changes");
        for (var change : changes) {
            entries.addObject()
                    .put("key", change.key())
                    .put("before", change.before())
                    .put("now", change.now());
        }
        var directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        DurableFile.replace(file, json.writeValueAsBytes(node));
    }

    /**
     * One setting.
     *
     * @param key below {@code /proc/sys/net}
     * @param before what it was
     * @param now what we made of it
     */
    record Change(String key, String before, String now) {}
}
