// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An address with the length of its network, for example {@code 10.88.0.1/16}. As an interface's
 * address it may have host bits; as a route's destination it has none.
 */
public record IpPrefix(InetAddress address, int length) {
    public IpPrefix {
        if (length < 0 || length > bitsOf(address)) {
            throw new IllegalArgumentException(
                    "prefix length %d is not 0 to %d".formatted(length, bitsOf(address)));
        }
    }

    /** Reads {@code 10.88.0.1/16}, {@code fd00::1/64}, or an address alone. Asks no resolver. */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        var address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int length = slash < 0 ? bitsOf(address) : Integer.parseInt(text.substring(slash + 1), 10);
        return new IpPrefix(address, length);
    }

    /** A single address. */
    public static IpPrefix host(InetAddress address) {
        return new IpPrefix(address, bitsOf(address));
    }

    /** The same without its host bits. */
    public IpPrefix network() {
        var bytes = address.getAddress();
        for (int bit = length; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >>> (bit % 8));
        }
        return new IpPrefix(addressOf(bytes), length);
    }

    public boolean isIpv4() {
        return address instanceof Inet4Address;
    }

    static InetAddress addressOf(byte[] bytes) {
        try {
            // Not InetAddress: it would turn an IPv4-mapped address into an IPv4 one.
            return bytes.length == 16
                    ? Inet6Address.getByAddress(null, bytes, -1)
                    : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "%d bytes are no IP address".formatted(bytes.length), e);
        }
    }

    private static int bitsOf(InetAddress address) {
        return address instanceof Inet4Address ? 32 : 128;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }
}
