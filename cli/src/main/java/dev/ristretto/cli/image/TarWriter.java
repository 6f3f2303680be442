// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.image;

import dev.ristretto.cli.image.LayerEntry.BlockDevice;
import dev.ristretto.cli.image.LayerEntry.CharacterDevice;
import dev.ristretto.cli.image.LayerEntry.Content;
import dev.ristretto.cli.image.LayerEntry.Directory;
import dev.ristretto.cli.image.LayerEntry.Fifo;
import dev.ristretto.cli.image.LayerEntry.HardLink;
import dev.ristretto.cli.image.LayerEntry.RegularFile;
import dev.ristretto.cli.image.LayerEntry.Symlink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the tar format of POSIX pax: a ustar header, before it an extended header for what ustar
 * cannot hold (long or non-ASCII names, large numbers, extended attributes as {@code
 * SCHILY.xattr.*}).
 *
 * <p>Our own because extended attributes are bytes and the libraries at hand write them as text.
 */
final class TarWriter implements AutoCloseable {
    private static final int BLOCK = 512;

    private final OutputStream out;

    /** Takes over the stream. */
    TarWriter(OutputStream out) {
        this.out = out;
    }

    void write(LayerEntry entry) throws IOException {
        switch (entry) {
            case Directory(var path, var attributes) ->
                    header(new Header(withSlash(path), '5', "", attributes));
            case RegularFile(var path, var content, var attributes) ->
                    file(path, content, attributes);
            case Symlink(var path, var target, var attributes) ->
                    header(new Header(path, '2', target, attributes));
            case HardLink(var path, var target) ->
                    header(new Header(path, '1', target, EntryAttributes.mode(0644)));
            case CharacterDevice(var path, int major, int minor, var attributes) ->
                    header(new Header(path, '3', "", attributes).device(major, minor));
            case BlockDevice(var path, int major, int minor, var attributes) ->
                    header(new Header(path, '4', "", attributes).device(major, minor));
            case Fifo(var path, var attributes) -> header(new Header(path, '6', "", attributes));
        }
    }

    private void file(String path, Content content, EntryAttributes attributes) throws IOException {
        long size = content.sizeBytes();
        header(new Header(path, '0', "", attributes).size(size));
        try (var in = content.open()) {
            long copied = in.transferTo(out);
            if (copied != size) {
                throw new IOException(
                        "%s changed while it was read: %d bytes, then %d"
                                .formatted(path, size, copied));
            }
        }
        pad(size);
    }

    private void header(Header header) throws IOException {
        var extended = extendedRecords(header);
        if (extended.length > 0) {
            var name = new Header("PaxHeaders/entry", 'x', "", EntryAttributes.mode(0644));
            out.write(name.size(extended.length).block());
            out.write(extended);
            pad(extended.length);
        }
        out.write(header.block());
    }

    private static byte[] extendedRecords(Header header) throws IOException {
        var records = new ByteArrayOutputStream();
        if (!fitsUstar(header.path)) {
            record(records, "path", utf8(header.path));
        }
        if (!fitsUstar(header.target)) {
            record(records, "linkpath", utf8(header.target));
        }
        number(records, "size", header.size, Header.MAX_SIZE);
        number(records, "uid", header.attributes.uid(), Header.MAX_ID);
        number(records, "gid", header.attributes.gid(), Header.MAX_ID);
        long seconds = header.attributes.modified().getEpochSecond();
        if (seconds < 0) {
            record(records, "mtime", utf8(Long.toString(seconds)));
        }
        for (var xattr : header.attributes.xattrs().entrySet()) {
            record(records, "SCHILY.xattr." + xattr.getKey(), xattr.getValue());
        }
        return records.toByteArray();
    }

    private static void number(ByteArrayOutputStream records, String key, long value, long max)
            throws IOException {
        if (value > max) {
            record(records, key, utf8(Long.toString(value)));
        }
    }

    /** {@code "<length> <key>=<value>\n"}, where the length counts itself. */
    private static void record(ByteArrayOutputStream records, String key, byte[] value)
            throws IOException {
        int rest = utf8(key).length + value.length + 3;
        int length = rest + Integer.toString(rest).length();
        if (Integer.toString(length).length() > Integer.toString(rest).length()) {
            length++;
        }
        records.write(utf8(length + " " + key + "="));
        records.write(value);
        records.write('\n');
    }

    private static boolean fitsUstar(String name) {
        return name.length() <= Header.MAX_NAME && name.chars().allMatch(c -> c < 0x80);
    }

    private static String withSlash(String path) {
        return path.endsWith("/") ? path : path + "/";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void pad(long written) throws IOException {
        out.write(new byte[(int) (-written & (BLOCK - 1))]);
    }

    @Override
    public void close() throws IOException {
        try (out) {
            out.write(new byte[2 * BLOCK]);
        }
    }

    /** A ustar header block; the fields are those of POSIX, pax, "ustar Interchange Format". */
    private static final class Header {
        static final int MAX_NAME = 100;
        static final long MAX_ID = 07777777L;
        static final long MAX_SIZE = 077777777777L;

        final String path;
        final char type;
        final String target;
        final EntryAttributes attributes;
        long size;
        int major;
        int minor;

        Header(String path, char type, String target, EntryAttributes attributes) {
            this.path = path;
            this.type = type;
            this.target = target;
            this.attributes = attributes;
        }

        Header size(long bytes) {
            this.size = bytes;
            return this;
        }

        Header device(int newMajor, int newMinor) {
            this.major = newMajor;
            this.minor = newMinor;
            return this;
        }

        byte[] block() {
            var block = new byte[BLOCK];
            text(block, 0, MAX_NAME, path);
            octal(block, 100, 8, attributes.mode());
            octal(block, 108, 8, Math.min(attributes.uid(), MAX_ID));
            octal(block, 116, 8, Math.min(attributes.gid(), MAX_ID));
            octal(block, 124, 12, Math.min(size, MAX_SIZE));
            octal(block, 136, 12, Math.max(attributes.modified().getEpochSecond(), 0));
            block[156] = (byte) type;
            text(block, 157, MAX_NAME, target);
            text(block, 257, 6, "ustar");
            text(block, 263, 2, "00");
            octal(block, 329, 8, major);
            octal(block, 337, 8, minor);
            octal(block, 148, 7, sum(block) + 8L * ' ');
            block[155] = ' ';
            return block;
        }

        private static long sum(byte[] block) {
            long sum = 0;
            for (byte b : block) {
                sum += b & 0xff;
            }
            return sum;
        }

        private static void text(byte[] block, int at, int room, String text) {
            var bytes = utf8(text);
            System.arraycopy(bytes, 0, block, at, Math.min(room, bytes.length));
        }

        private static void octal(byte[] block, int at, int room, long value) {
            var digits = Long.toOctalString(value);
            text(block, at, room, "0".repeat(room - 1 - digits.length()) + digits);
        }
    }
}
