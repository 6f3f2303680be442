// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.recovery;

import dev.ristretto.file.DurableFile;
import dev.ristretto.runtime.store.DamagedRecordException;
import dev.ristretto.runtime.store.JsonRecords;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of a directory, {@code *.json}. Unfinished writes are deleted; other files are
 * nobody's.
 *
 * @param damaged what could not be read, each with the file it is about
 */
record RecordFiles<V>(List<V> values, List<Damaged> damaged) {
    private static final Logger LOG = Logger.getLogger(RecordFiles.class);

    /** A file that holds no record. */
    record Damaged(Path file, DamagedRecordException why) {}

    /** Says whether what a record describes is alive. */
    @FunctionalInterface
    interface Lives {
        boolean of(Path record) throws IOException;
    }

    /**
     * Reads all.
     *
     * @throws IOException if a file cannot be read or is another version's
     */
    static <V> RecordFiles<V> read(Path directory, Class<V> type) throws IOException {
        var records = new JsonRecords<>(type, _ -> directory);
        var found = new RecordFiles<V>(new ArrayList<>(), new ArrayList<>());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                if (DurableFile.isTemporary(file)) {
                    Files.delete(file);
                } else if (file.toString().endsWith(".json")) {
                    found.add(records, file);
                }
            }
        }
        return found;
    }

    private void add(JsonRecords<V> records, Path file) throws IOException {
        try {
            records.read(file).ifPresent(values::add);
        } catch (DamagedRecordException e) {
            damaged.add(new Damaged(file, e));
        }
    }

    /**
     * Renames what is damaged, so that it can be looked at. A power cut damages records, and then
     * nothing of them runs.
     *
     * @throws IOException if something of it runs
     */
    void setDamagedAside(Lives lives) throws IOException {
        for (var record : damaged) {
            if (lives.of(record.file())) {
                throw new IOException(
                        "%s; what it describes still runs: restore the file, or delete it to have that ended"
                                .formatted(record.why().getMessage()),
                        record.why());
            }
        }
        for (var record : damaged) {
            var aside = record.file().resolveSibling(record.file().getFileName() + ".damaged");
            Files.move(record.file(), aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.errorf("%s; nothing of it runs; kept as %s", record.why().getMessage(), aside);
        }
    }
}
