// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import dev.ristretto.linux.syscall.KernelString;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One header block: v7, ustar (POSIX.1-1988), GNU and star, see tar(5).
 *
 * @param type the type flag
 */
record TarHeader(
        String name,
        String linkName,
        int type,
        int mode,
        long uid,
        long gid,
        long size,
        long modifiedSeconds,
        int deviceMajor,
        int deviceMinor) {
    static final int BLOCK = 512;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int MAGIC_AT = 257;
    private static final int PREFIX_AT = 345;
    private static final int PREFIX_LENGTH = 155;
    private static final int STAR_PREFIX_LENGTH = 131;
    private static final int STAR_MAGIC_AT = 508;

    static TarHeader parse(byte[] block, long offset) throws BadLayerException {
        checkSum(block, offset);
        boolean posix = hasText(block, MAGIC_AT, "ustar\0");
        boolean gnu = hasText(block, MAGIC_AT, "ustar ");
        int type = block[156] & 0xff;
        boolean device = (posix || gnu) && (type == '3' || type == '4');
        var name = text(block, 0, 100);
        if (posix) {
            boolean star = hasText(block, STAR_MAGIC_AT, "tar\0");
            var prefix = text(block, PREFIX_AT, star ? STAR_PREFIX_LENGTH : PREFIX_LENGTH);
            name = prefix.isEmpty() ? name : prefix + "/" + name;
        }
        return new TarHeader(
                name,
                text(block, 157, 100),
                type,
                (int) number(block, 100, 8, name) & 07777,
                number(block, 108, 8, name),
                number(block, 116, 8, name),
                number(block, 124, 12, name),
                number(block, 136, 12, name),
                device ? deviceNumber(number(block, 329, 8, name), name) : 0,
                device ? deviceNumber(number(block, 337, 8, name), name) : 0);
    }

    private static void checkSum(byte[] block, long offset) throws BadLayerException {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
            byte b = own ? (byte) ' ' : block[i];
            unsigned += b & 0xff;
            signed += b; // as some old programs counted
        }
        long stated = statedSum(block);
        if (stated != unsigned && stated != signed) {
            throw new BadLayerException(
                    "it is no tar: the header at byte %d has a wrong checksum", offset);
        }
    }

    private static long statedSum(byte[] block) {
        try {
            return number(block, CHECKSUM_AT, CHECKSUM_LENGTH, "");
        } catch (BadLayerException e) {
            return -1; // no sum is
        }
    }

    /** Octal digits, or GNU's big-endian two's complement behind a first bit that is set. */
    private static long number(byte[] block, int start, int length, String name)
            throws BadLayerException {
        if ((block[start] & 0x80) != 0) {
            return binary(block, start, length, name);
        }
        int first = start;
        int end = start + length;
        while (first < end && (block[first] == ' ' || block[first] == 0)) {
            first++;
        }
        int last = first;
        while (last < end && block[last] != ' ' && block[last] != 0) {
            last++;
        }
        var octal = new String(block, first, last - first, StandardCharsets.ISO_8859_1);
        if (octal.isEmpty()) {
            return 0;
        }
        try {
            long value = Long.parseLong(octal, 8);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // falls through to the same answer
        }
        throw new BadLayerException("entry '%s' has a header with a bad number", name);
    }

    private static long binary(byte[] block, int start, int length, String name)
            throws BadLayerException {
        boolean negative = (block[start] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = 0; i < length; i++) {
            int b = block[start + i] & 0xff;
            if (i == 0) {
                b = negative ? b | 0x80 : b & 0x7f;
            }
            if (value >> 55 != (negative ? -1 : 0)) {
                throw new BadLayerException(
                        "entry '%s' has a number of more than 64 bits in its header", name);
            }
            value = value << 8 | b;
        }
        return value;
    }

    private static int deviceNumber(long number, String name) throws BadLayerException {
        if (number < 0 || number > 0xfffff) {
            throw new BadLayerException(
                    "entry '%s' has device number %d, which Linux has not", name, number);
        }
        return (int) number;
    }

    private static boolean hasText(byte[] block, int start, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (block[start + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static String text(byte[] block, int start, int length) {
        int end = start;
        while (end < start + length && block[end] != 0) {
            end++;
        }
        return KernelString.decode(Arrays.copyOfRange(block, start, end));
    }
}
