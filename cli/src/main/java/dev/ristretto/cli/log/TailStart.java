// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Finds where the last lines of a log file begin, reading it from its end. */
final class TailStart {
    private static final int BLOCK = 1 << 16;

    private TailStart() {}

    /**
     * Position of the first of the last {@code lines} lines as the container wrote them: parts of a
     * line count as the line they end in, or as one if it has no end yet.
     */
    static long of(FileChannel channel, long lines) throws IOException {
        long size = channel.size();
        if (lines <= 0) {
            return size;
        }
        var lineStarts = new Backwards(channel, size);
        long found = 0;
        long start = size;
        while (start > 0) {
            long previous = lineStarts.before(start);
            // A line's end, seen from behind, is the beginning of one more line.
            if (isLast(start, size) || !isPartial(channel, previous, start)) {
                found++;
            }
            if (found > lines) {
                return start;
            }
            start = previous;
        }
        return 0;
    }

    private static boolean isLast(long end, long size) {
        return end == size;
    }

    private static boolean isPartial(FileChannel channel, long start, long end) throws IOException {
        // Time, stream and tag are within the first 64 bytes.
        var head = ByteBuffer.allocate((int) Math.min(64, end - start));
        while (head.hasRemaining() && channel.read(head, start + head.position()) > 0) {
            continue;
        }
        return LogLine.parse(head.array(), head.position()).map(LogLine::partial).orElse(false);
    }

    /** Looks for line feeds from behind, a block at a time. */
    private static final class Backwards {
        private final FileChannel channel;
        private final ByteBuffer block = ByteBuffer.allocate(BLOCK);
        private long blockStart;

        Backwards(FileChannel channel, long size) {
            this.channel = channel;
            this.blockStart = size;
            block.limit(0);
        }

        /** Where the line begins that ends at {@code end}, which is behind a line feed or EOF. */
        long before(long end) throws IOException {
            for (long at = end - 2; at >= 0; at--) {
                if (byteAt(at) == '\n') {
                    return at + 1;
                }
            }
            return 0;
        }

        private byte byteAt(long position) throws IOException {
            if (position < blockStart || position >= blockStart + block.limit()) {
                fill(position);
            }
            return block.get((int) (position - blockStart));
        }

        private void fill(long position) throws IOException {
            blockStart = Math.max(0, position + 1 - BLOCK);
            block.clear().limit((int) (position + 1 - blockStart));
            while (block.hasRemaining()) {
                if (channel.read(block, blockStart + block.position()) <= 0) {
                    throw new IOException("log file became shorter while it was read");
                }
            }
        }
    }
}
