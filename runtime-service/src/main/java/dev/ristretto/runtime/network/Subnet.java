// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A block of addresses, for example {@code 10.93.0.0/16} or {@code fd93::/64}.
 *
 * @param base its first address
 * @param prefixLength bits that all its addresses share
 */
public record Subnet(InetAddress base, int prefixLength) {
    /** Room for this many pods is enough for any node; it keeps counting within an int. */
    private static final int MOST_HOST_BITS = 20;

    public Subnet {
        int bits = 8 * base.getAddress().length;
        if (prefixLength < 0 || prefixLength > bits) {
            throw RuntimeFault.invalidArgument(
                    "subnet prefix length %d is not within 0 to %d", prefixLength, bits);
        }
        if (!isStart(base, prefixLength)) {
            throw RuntimeFault.invalidArgument(
                    "subnet %s/%d has bits set beyond its prefix", IpText.of(base), prefixLength);
        }
    }

    /** Reads CIDR notation. */
    public static Subnet parse(String cidr) {
        int slash = cidr.indexOf('/');
        try {
            return new Subnet(
                    InetAddress.ofLiteral(cidr.substring(0, Math.max(slash, 0))),
                    Integer.parseInt(cidr.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw RuntimeFault.invalidArgument(
                    "subnet '%s' is not like 10.93.0.0/16 or fd93::/64", cidr);
        }
    }

    boolean isIpv4() {
        return base instanceof Inet4Address;
    }

    /**
     * How many addresses can be counted from its start. The last of an IPv4 subnet, its broadcast
     * address, is left out.
     */
    int size() {
        int hostBits = 8 * base.getAddress().length - prefixLength;
        int size = 1 << Math.min(hostBits, MOST_HOST_BITS);
        return isIpv4() && hostBits <= MOST_HOST_BITS ? size - 1 : size;
    }

    /** The address at a distance from its start. */
    InetAddress address(int index) {
        var sum = new BigInteger(1, base.getAddress()).add(BigInteger.valueOf(index)).toByteArray();
        var bytes = new byte[base.getAddress().length];
        int length = Math.min(sum.length, bytes.length);
        System.arraycopy(sum, sum.length - length, bytes, bytes.length - length, length);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of %d bytes".formatted(bytes.length), e);
        }
    }

    /** The first address after the subnet's own, which the bridge has. */
    InetAddress gateway() {
        return address(1);
    }

    boolean overlaps(Subnet other) {
        if (isIpv4() != other.isIpv4()) {
            return false;
        }
        int shared = Math.min(prefixLength, other.prefixLength);
        return Arrays.equals(masked(base, shared), masked(other.base, shared));
    }

    @Override
    public String toString() {
        return IpText.of(base) + "/" + prefixLength;
    }

    private static boolean isStart(InetAddress base, int prefixLength) {
        return Arrays.equals(masked(base, prefixLength), base.getAddress());
    }

    private static byte[] masked(InetAddress address, int prefixLength) {
        var bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(prefixLength - 8L * i, 0, 8);
            bytes[i] &= (byte) (0xff00 >> kept);
        }
        return bytes;
    }
}
