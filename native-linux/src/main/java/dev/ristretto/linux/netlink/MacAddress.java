// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import java.util.HexFormat;

/**
 * An Ethernet address.
 *
 * @param value its 48 bits, the first byte highest
 */
public record MacAddress(long value) {
    private static final int BYTES = 6;
    private static final HexFormat TEXT = HexFormat.ofDelimiter(":");

    public MacAddress {
        if (value >>> (8 * BYTES) != 0) {
            throw new IllegalArgumentException("MAC address has more than 48 bits");
        }
    }

    /** Reads {@code 02:42:0a:00:00:01}. */
    public static MacAddress parse(String text) {
        return of(TEXT.parseHex(text));
    }

    static MacAddress of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a MAC address has 6 bytes, not " + bytes.length);
        }
        long value = 0;
        for (byte b : bytes) {
            value = value << 8 | (b & 0xff);
        }
        return new MacAddress(value);
    }

    byte[] bytes() {
        var bytes = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            bytes[i] = (byte) (value >>> (8 * (BYTES - 1 - i)));
        }
        return bytes;
    }

    @Override
    public String toString() {
        return TEXT.formatHex(bytes());
    }
}
