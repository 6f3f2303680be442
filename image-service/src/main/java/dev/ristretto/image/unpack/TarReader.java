// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import dev.ristretto.image.unpack.TarEntry.Type;
import dev.ristretto.linux.syscall.KernelString;
import dev.ristretto.linux.syscall.TimeSpec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads a tar: v7, ustar, GNU long names and numbers, star, pax. Names and attributes are kept byte
 * for byte, which is why this is not Commons Compress: it decodes them as text and loses, for
 * example, the capability bits of a program. Not safe for several threads.
 */
public final class TarReader {
    /** No sane name or set of attributes is longer; the size of what is held in memory. */
    private static final int MAX_META = 1024 * 1024;

    /** A uid or gid of all ones means "leave it" to chown(2). */
    private static final long MAX_ID = 0xfffffffeL;

    private final TarInput in;
    private long remaining;
    private int padding;
    private String current = "";

    TarReader(TarInput in) {
        this.in = in;
    }

    /** Reads an archive that is not a layer; skipping skips in the stream. */
    public static TarReader ofArchive(InputStream in) {
        return new TarReader(new TarInput(in, null, UnpackLimits.NONE));
    }

    /** The next entry, whatever is left of the one before; null at the end. */
    public @Nullable TarEntry next() throws IOException {
        var pax = PaxRecords.NONE;
        @Nullable String longName = null;
        @Nullable String longLink = null;
        while (true) {
            skipData();
            long at = in.offset();
            var block = block();
            if (block == null) {
                return null;
            }
            var header = TarHeader.parse(block, at);
            begin(header, header.size());
            switch (header.type()) {
                case 'x' -> pax = PaxRecords.parse(meta());
                case 'g' -> {} // for all that follows: comments; Go, and so containerd, skip it
                case 'L' -> longName = text(meta());
                case 'K' -> longLink = text(meta());
                default -> {
                    return entry(header, pax, longName, longLink);
                }
            }
        }
    }

    /** Where the data of the current entry begins; for an archive that is read again by offset. */
    public long offset() {
        return in.offset();
    }

    /** Hands on the data of the current entry, piece by piece. */
    public void copyTo(Sink sink) throws IOException {
        while (remaining > 0) {
            int n = (int) Math.min(remaining, in.ready());
            if (n == 0) {
                throw cutOff();
            }
            sink.write(in.buffer(), in.position(), n);
            in.advance(n);
            remaining -= n;
        }
    }

    private void begin(TarHeader header, long size) throws BadLayerException {
        current = header.name();
        if (size < 0 || size > Long.MAX_VALUE - TarHeader.BLOCK) {
            throw new BadLayerException("entry '%s' has size %d", current, size);
        }
        remaining = size;
        padding = (int) (-size & (TarHeader.BLOCK - 1));
    }

    private void skipData() throws IOException {
        long left = remaining + padding;
        if (in.skip(left) < remaining) {
            throw cutOff();
        }
        remaining = 0;
        padding = 0;
    }

    /** A header; null at the end, which is two blocks of zeros or just the end of the data. */
    private byte @Nullable [] block() throws IOException {
        var block = new byte[TarHeader.BLOCK];
        if (!fill(block)) {
            return null;
        }
        if (!isZero(block)) {
            return block;
        }
        if (fill(block) && !isZero(block)) {
            throw new BadLayerException("it is no tar: a single block of zeros in the middle");
        }
        return null;
    }

    private boolean fill(byte[] block) throws IOException {
        int n = in.read(block);
        if (n > 0 && n < block.length) {
            throw cutOff();
        }
        return n > 0;
    }

    private byte[] meta() throws IOException {
        if (remaining > MAX_META) {
            throw new BadLayerException(
                    "a header has %d bytes of names and attributes, at most %d are allowed",
                    remaining, MAX_META);
        }
        var content = new byte[(int) remaining];
        if (in.read(content) < content.length) {
            throw cutOff();
        }
        remaining = 0;
        return content;
    }

    private static String text(byte[] content) {
        int end = 0;
        while (end < content.length && content[end] != 0) {
            end++;
        }
        return KernelString.decode(Arrays.copyOf(content, end));
    }

    private TarEntry entry(
            TarHeader header, PaxRecords pax, @Nullable String longName, @Nullable String longLink)
            throws BadLayerException {
        var name = firstOf(pax.text("path"), longName, header.name());
        var type = type(header.type(), name);
        if (pax.sparse()) {
            throw sparse(name);
        }
        // Links and the like have no data, whatever size says: hard links repeat their target's.
        begin(header, type == Type.FILE ? pax.number("size", header.size()) : 0);
        current = name;
        boolean link = type == Type.HARD_LINK || type == Type.SYMBOLIC_LINK;
        return new TarEntry(
                name,
                type,
                link ? firstOf(pax.text("linkpath"), longLink, header.linkName()) : "",
                header.mode(),
                id("uid", pax.number("uid", header.uid())),
                id("gid", pax.number("gid", header.gid())),
                remaining,
                pax.time("mtime", new TimeSpec(header.modifiedSeconds(), 0)),
                header.deviceMajor(),
                header.deviceMinor(),
                pax.xattrs());
    }

    private static String firstOf(@Nullable String pax, @Nullable String gnu, String header) {
        if (pax != null) {
            return pax;
        }
        return gnu != null ? gnu : header;
    }

    private static Type type(int flag, String name) throws BadLayerException {
        return switch (flag) {
            // Before ustar a directory was a file whose name ends with a slash.
            case '0', '\0', '7' -> name.endsWith("/") ? Type.DIRECTORY : Type.FILE;
            case '1' -> Type.HARD_LINK;
            case '2' -> Type.SYMBOLIC_LINK;
            case '3' -> Type.CHARACTER_DEVICE;
            case '4' -> Type.BLOCK_DEVICE;
            case '5' -> Type.DIRECTORY;
            case '6' -> Type.FIFO;
            case 'S' -> throw sparse(name);
            default ->
                    throw new BadLayerException(
                            "entry '%s' has type '%s', which layers do not have",
                            name, flag > ' ' && flag < 127 ? "" + (char) flag : "\\" + flag);
        };
    }

    private long id(String what, long id) throws BadLayerException {
        if (id < 0 || id > MAX_ID) {
            throw new BadLayerException(
                    "entry '%s' has %s %d, which Linux has not", current, what, id);
        }
        return id;
    }

    private static BadLayerException sparse(String name) {
        return new BadLayerException(
                "entry '%s' is stored with holes (GNU sparse), which is not supported; build the"
                        + " layer without tar's --sparse",
                name);
    }

    private BadLayerException cutOff() {
        return current.isEmpty()
                ? new BadLayerException("its tar is cut off")
                : new BadLayerException("its tar is cut off in or after entry '%s'", current);
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Where data goes. The array is only lent. */
    @FunctionalInterface
    public interface Sink {
        void write(byte[] buffer, int offset, int length) throws IOException;
    }
}
