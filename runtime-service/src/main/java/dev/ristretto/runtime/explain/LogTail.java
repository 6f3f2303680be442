// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The end of a container's log. */
final class LogTail {
    private static final int MAX_BYTES = 4096;
    private static final int MAX_LINE = 300;
    private static final int MAX_LINES = 3;

    private LogTail() {}

    /** What was printed last, without times; nothing if there is no log. Follows no final link. */
    static List<String> of(Path log) {
        try {
            if (!Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) {
                return List.of();
            }
            try (var file =
                    FileChannel.open(log, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                var end = ByteBuffer.allocate(MAX_BYTES);
                long from = Math.max(0, file.size() - MAX_BYTES);
                file.read(end, from);
                var text = StandardCharsets.UTF_8.decode(end.flip()).toString();
                return lines(from == 0 ? text : text.substring(text.indexOf('\n') + 1));
            }
        } catch (IOException e) {
            return List.of(); // it is a help, not the answer
        }
    }

    /** {@code <time> <stream> <P|F> <what was printed>}. */
    private static List<String> lines(String text) {
        var lines = new ArrayList<String>();
        for (var line : text.split("\n")) {
            var fields = line.split(" ", 4);
            if (fields.length == 4 && !fields[3].isBlank()) {
                var printed = fields[3].strip();
                lines.add(
                        printed.length() > MAX_LINE
                                ? printed.substring(0, MAX_LINE) + "…"
                                : printed);
            }
        }
        return List.copyOf(lines.subList(Math.max(0, lines.size() - MAX_LINES), lines.size()));
    }
}
