// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.runtime.spec.ContainerId;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * When and how a container ended: what its podshim announces and, before that, writes to the file
 * {@code exits/<container id>}, so that it is known although no daemon listened or the pod is gone.
 * A line of docs/wire.md section 5, for example {@code 1 signaled 9 1760000000000000000
 * 1760000001000000000}.
 */
public record ExitRecord(ExitStatus status, Instant startedAt, Instant finishedAt) {
    private static final int MAX_BYTES = 256;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final Pattern LINE =
            Pattern.compile(
                    "1 (exited|signaled) (\\d{1,3}) (\\d{1,18}|[1-8]\\d{18}) (\\d{1,18}|[1-8]\\d{18})\n");

    /**
     * Reads the record that a pod's run directory holds of a container; empty if it has none.
     *
     * @throws IOException if it cannot be read or is not a record; the message names the file
     */
    public static Optional<ExitRecord> read(Path podDirectory, ContainerId containerId)
            throws IOException {
        var file = podDirectory.resolve("exits").resolve(containerId.value());
        try (var in = Files.newInputStream(file)) {
            var text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
            return Optional.of(
                    parse(text)
                            .orElseThrow(
                                    () ->
                                            new IOException(
                                                    "read %s: not an exit record of version 1"
                                                            .formatted(file))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The record in this content of a file, empty if it is not one. */
    static Optional<ExitRecord> parse(String content) {
        var line = LINE.matcher(content);
        if (!line.matches()) {
            return Optional.empty();
        }
        int number = Integer.parseInt(line.group(2));
        try {
            ExitStatus status =
                    line.group(1).equals("exited")
                            ? new ExitStatus.Exited(number)
                            : new ExitStatus.Signaled(number);
            return Optional.of(
                    new ExitRecord(status, instant(line.group(3)), instant(line.group(4))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Instant instant(String nanos) {
        long value = Long.parseLong(nanos);
        return Instant.ofEpochSecond(value / NANOS_PER_SECOND, value % NANOS_PER_SECOND);
    }
}
