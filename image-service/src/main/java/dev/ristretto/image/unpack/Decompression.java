// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;

import dev.ristretto.image.manifest.LayerCompression;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/**
 * Recognises how bytes are compressed by how they begin. Media types are not asked: images whose
 * manifest says gzip and whose layer is a plain tar are common, and every runtime takes them.
 */
public final class Decompression {
    /** How many bytes {@link #of} wants to see. */
    public static final int MAGIC_LENGTH = 4;

    private Decompression() {}

    /** The compression of content that begins with these bytes. */
    public static LayerCompression of(byte[] start) {
        if (startsWith(start, 0x1f, 0x8b)) {
            return LayerCompression.GZIP;
        }
        // A skippable frame comes first in zstd:chunked of some builders.
        boolean skippable =
                start.length >= MAGIC_LENGTH
                        && (start[0] & 0xf0) == 0x50
                        && startsWith(new byte[] {start[1], start[2], start[3]}, 0x2a, 0x4d, 0x18);
        if (skippable || startsWith(start, 0x28, 0xb5, 0x2f, 0xfd)) {
            return LayerCompression.ZSTD;
        }
        return LayerCompression.NONE;
    }

    /**
     * The uncompressed bytes. What is broken in them is a {@link BadLayerException}; what fails in
     * the source comes through as it is. Closing closes the source.
     */
    public static InputStream open(InputStream source) throws IOException {
        var start = source.readNBytes(MAGIC_LENGTH);
        var whole = new PushbackInputStream(source, MAGIC_LENGTH);
        whole.unread(start);
        return switch (of(start)) {
            case NONE -> whole;
            case GZIP -> new GzipStream(whole);
            case ZSTD -> new ZstdStream(whole);
        };
    }

    private static boolean startsWith(byte[] start, int... magic) {
        if (start.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((start[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** Says in our words what zstd finds wrong; its window is bounded by its own default. */
    private static final class ZstdStream extends FilterInputStream {
        ZstdStream(InputStream source) throws IOException {
            super(new ZstdInputStreamNoFinalizer(source));
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                return super.read(into, offset, length);
            } catch (ZstdIOException e) {
                throw new BadLayerException("its zstd data is broken: %s", e.getMessage());
            }
        }
    }
}
