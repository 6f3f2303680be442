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

    /** The IPv6 address that an interface with this one has by default, RFC 4291 appendix A. */
    public IpPrefix linkLocal() {
        var mac = bytes();
        var ip = new byte[16];
        ip[0] = (byte) 0xfe;
        ip[1] = (byte) 0x80;
        ip[8] = (byte) (mac[0] ^ 0x02);
        ip[9] = mac[1];
        ip[10] = mac[2];
        ip[11] = (byte) 0xff;
        ip[12] = (byte) 0xfe;
        System.arraycopy(mac, 3, ip, 13, 3);
        return new IpPrefix(IpPrefix.addressOf(ip), 64);
    }

    @Override
    public String toString() {
        return TEXT.formatHex(bytes());
    }
}
