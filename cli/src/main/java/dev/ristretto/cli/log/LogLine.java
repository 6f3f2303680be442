// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A line of a log file: {@code <RFC 3339 time> <stdout|stderr> <tags> <content>}, where the first
 * tag is {@code P} for a part of a line of the container's and {@code F} for its end. The content
 * are bytes {@code from} to {@code end} of {@code line}; it need not be text.
 */
record LogLine(byte[] line, int timeEnd, Stream stream, boolean partial, int from, int end) {
    /** Where the container wrote it. */
    enum Stream {
        STDOUT,
        STDERR
    }

    /** Empty for what is no such line. {@code end} leaves out the line feed. */
    static Optional<LogLine> parse(byte[] bytes, int end) {
        int time = indexOf(bytes, ' ', 0, end);
        int stream = time < 0 ? -1 : indexOf(bytes, ' ', time + 1, end);
        if (stream < 0) {
            return Optional.empty();
        }
        int tags = indexOf(bytes, ' ', stream + 1, end);
        // A line without content may come without the blank before it.
        int tagsEnd = tags < 0 ? end : tags;
        var from = streamOf(text(bytes, time + 1, stream));
        if (from.isEmpty() || tagsEnd == stream + 1) {
            return Optional.empty();
        }
        boolean partial = bytes[stream + 1] == 'P';
        int content = Math.min(tagsEnd + 1, end);
        return Optional.of(new LogLine(bytes, time, from.get(), partial, content, end));
    }

    String timestamp() {
        return text(line, 0, timeEnd);
    }

    /** Whether it was written at that time or later; a time that cannot be read counts as later. */
    boolean isSince(Instant time) {
        try {
            return !OffsetDateTime.parse(timestamp()).toInstant().isBefore(time);
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    private static Optional<Stream> streamOf(String name) {
        return switch (name) {
            case "stdout" -> Optional.of(Stream.STDOUT);
            case "stderr" -> Optional.of(Stream.STDERR);
            default -> Optional.empty();
        };
    }

    private static String text(byte[] bytes, int from, int end) {
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
