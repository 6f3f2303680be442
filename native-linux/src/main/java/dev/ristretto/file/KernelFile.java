// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Reads files that the kernel makes up.
 *
 * <p>{@link java.nio.file.Files#readString(Path)} believes their size, which is 0, and reads a
 * single byte first. A file below {@code /proc/sys} answers only a read at its beginning, so all
 * that follows that byte is lost: {@code 40} becomes {@code 4}.
 */
public final class KernelFile {
    private static final int ROOM = 16 << 10;

    private KernelFile() {}

    /** The text of a file below /proc or /sys, without white space at its end. */
    public static String text(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var content = ByteBuffer.allocate(ROOM);
            while (channel.read(content) > 0) {
                if (!content.hasRemaining()) {
                    var larger = Arrays.copyOf(content.array(), 2 * content.capacity());
                    content = ByteBuffer.wrap(larger).position(content.position());
                }
            }
            return new String(content.array(), 0, content.position(), StandardCharsets.UTF_8)
                    .stripTrailing();
        }
    }
}
