// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates gzip (RFC 1952) of one or several members. Java's own stream asks {@code available()}
 * whether another member follows, which a network answers wrongly, and keeps silent about what
 * comes after the last.
 */
final class GzipStream extends InputStream {
    private static final int BUFFER = 128 * 1024;
    private static final int DEFLATE = 8;
    private static final int FLAG_HEADER_CRC = 0x02;
    private static final int FLAG_EXTRA = 0x04;
    private static final int FLAG_NAME = 0x08;
    private static final int FLAG_COMMENT = 0x10;
    private static final int RESERVED_FLAGS = 0xe0;

    private final InputStream in;
    private final Inflater inflater = new Inflater(/* nowrap= */ true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private boolean inMember;
    private boolean ended;

    GzipStream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (!ended && length > 0) {
            if (!inMember) {
                begin();
                continue;
            }
            int n = inflate(into, offset, length);
            if (n > 0) {
                crc.update(into, offset, n);
                return n;
            }
            if (inflater.finished()) {
                finish();
            }
        }
        return ended ? -1 : 0;
    }

    private int inflate(byte[] into, int offset, int length) throws IOException {
        if (inflater.needsInput() && !inflater.finished()) {
            if (position == limit && !fill()) {
                throw new BadLayerException("its gzip data is cut off");
            }
            inflater.setInput(buffer, position, limit - position);
            position = limit;
        }
        try {
            int n = inflater.inflate(into, offset, length);
            if (n == 0 && inflater.needsDictionary()) {
                throw new BadLayerException("its gzip data is broken: it wants a dictionary");
            }
            return n;
        } catch (DataFormatException e) {
            throw new BadLayerException("its gzip data is broken: %s", e.getMessage());
        }
    }

    private void begin() throws IOException {
        if (position == limit && !fill()) {
            ended = true;
            return;
        }
        if (next() != 0x1f || next() != 0x8b) {
            throw new BadLayerException("there is something else after the end of its gzip data");
        }
        if (next() != DEFLATE) {
            throw new BadLayerException("its gzip data uses an unknown compression method");
        }
        int flags = next();
        if ((flags & RESERVED_FLAGS) != 0) {
            throw new BadLayerException("its gzip header has unknown flags");
        }
        skip(6); // time, compression level, operating system
        if ((flags & FLAG_EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            skip(2);
        }
        inflater.reset();
        crc.reset();
        inMember = true;
    }

    private void finish() throws IOException {
        position = limit - inflater.getRemaining();
        long length = inflater.getBytesWritten() & 0xffffffffL;
        if (nextLong() != crc.getValue() || nextLong() != length) {
            throw new BadLayerException("its gzip data does not match its own checksum");
        }
        inMember = false;
    }

    private long nextLong() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // a name or a comment, which nobody needs
        }
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private int next() throws IOException {
        if (position == limit && !fill()) {
            throw new BadLayerException("its gzip data is cut off");
        }
        return buffer[position++] & 0xff;
    }

    private boolean fill() throws IOException {
        int n = in.read(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(n, 0);
        return n > 0;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
