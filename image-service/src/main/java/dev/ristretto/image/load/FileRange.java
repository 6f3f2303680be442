// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.load;

import dev.ristretto.fault.RuntimeFault;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A part of a file.
 *
 * @param start of the part, in bytes from the beginning of the file
 */
record FileRange(Path file, long start, long sizeBytes) {
    /** The bytes from an offset in it to its end. The caller closes the stream. */
    InputStream open(long offset) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new Bounded(
                    Channels.newInputStream(channel.position(start + offset)),
                    Math.max(0, sizeBytes - offset));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** All of it, if that is not more than a limit. */
    byte[] read(String name, int maxBytes) throws IOException {
        if (sizeBytes > maxBytes) {
            throw RuntimeFault.wrongState(
                    "%s in the archive has %d bytes, at most %d are allowed",
                    name, sizeBytes, maxBytes);
        }
        try (var in = open(0)) {
            return in.readAllBytes();
        }
    }

    /** Ends where the part ends. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = super.read(into, offset, (int) Math.min(length, left));
            left -= Math.max(n, 0);
            return n;
        }

        @Override
        public long skip(long count) throws IOException {
            long n = super.skip(Math.min(count, left));
            left -= n;
            return n;
        }
    }
}
