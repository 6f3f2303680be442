// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * The bytes of a tar in one large buffer: counted against a limit and hashed as they come in, and
 * handed on from there without another copy.
 */
final class TarInput {
    private static final int SIZE = 256 * 1024;

    private final InputStream in;
    private final @Nullable MessageDigest digest;
    private final UnpackLimits limits;
    private final byte[] buffer = new byte[SIZE];
    private int position;
    private int limit;
    private long total;

    TarInput(InputStream in, @Nullable MessageDigest digest, UnpackLimits limits) {
        this.in = in;
        this.digest = digest;
        this.limits = limits;
    }

    /** Where the next byte is read from. */
    long offset() {
        return total - (limit - position);
    }

    /** How many bytes can be had from {@link #buffer} at {@link #position} now; 0 at the end. */
    int ready() throws IOException {
        if (position == limit) {
            fill();
        }
        return limit - position;
    }

    byte[] buffer() {
        return buffer;
    }

    int position() {
        return position;
    }

    void advance(int count) {
        position += count;
    }

    /** Fills an array, or as much of it as there is; returns how much. */
    int read(byte[] into) throws IOException {
        int done = 0;
        while (done < into.length && ready() > 0) {
            int n = Math.min(limit - position, into.length - done);
            System.arraycopy(buffer, position, into, done, n);
            position += n;
            done += n;
        }
        return done;
    }

    /** Leaves bytes out; returns how many were there. */
    long skip(long count) throws IOException {
        long done = Math.min(limit - position, count);
        position += (int) done;
        if (digest == null && done < count) {
            long skipped = in.skip(count - done);
            total += skipped;
            done += skipped;
        }
        while (done < count && ready() > 0) {
            long n = Math.min(limit - position, count - done);
            position += (int) n;
            done += n;
        }
        return done;
    }

    /** Reads to the end, so that the digest is that of all. */
    void drain() throws IOException {
        while (ready() > 0) {
            position = limit;
        }
    }

    private void fill() throws IOException {
        position = 0;
        limit = 0;
        int n = in.read(buffer, 0, buffer.length);
        if (n <= 0) {
            return;
        }
        limit = n;
        total += n;
        limits.checkBytes(total);
        if (digest != null) {
            digest.update(buffer, 0, n);
        }
    }
}
