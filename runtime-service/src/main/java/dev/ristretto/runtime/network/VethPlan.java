// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.linux.netlink.MacAddress;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A pod's veth pair.
 *
 * @param hostInterfaceName the host's end
 * @param podName left with the host's end, so that people see whose it is
 * @param netns the pod's network namespace
 * @param addresses the pod's addresses with the prefix length of their subnet
 * @param gateways the next hop of each family
 */
record VethPlan(
        String hostInterfaceName,
        String podName,
        Path netns,
        List<PodAddress> addresses,
        List<InetAddress> gateways) {
    /** Host ends start with this; what starts so on our bridge is ours to remove. */
    static final String PREFIX = "rst";

    /** The pod's end. */
    static final String POD_INTERFACE = "eth0";

    /** Interface names have at most 15 bytes (IFNAMSIZ). */
    private static final int DIGITS = 12;

    /** Locally administered (02), unicast; the rest is the end of the IP address. */
    private static final long MAC_PREFIX = 0x02_72L << 32;

    private static final int MAC_SUFFIX = 4;

    VethPlan {
        addresses = List.copyOf(addresses);
        gateways = List.copyOf(gateways);
    }

    /** The name of a pod's host end: always the same for the same pod. */
    static String hostInterfaceName(String podSandboxId) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var hash = digest.digest(podSandboxId.getBytes(StandardCharsets.UTF_8));
            return PREFIX + HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /**
     * The Ethernet address that goes with an IP address: always the same one, so that no
     * neighbour's cache is wrong when a pod gets the address of one that is gone.
     */
    static MacAddress macAddress(InetAddress ip) {
        var bytes = ip.getAddress();
        long suffix = 0;
        for (int i = bytes.length - MAC_SUFFIX; i < bytes.length; i++) {
            suffix = suffix << 8 | (bytes[i] & 0xff);
        }
        return new MacAddress(MAC_PREFIX | suffix);
    }

    MacAddress macAddress() {
        return macAddress(addresses.getFirst().ip());
    }

    /**
     * An address of a pod.
     *
     * @param ip the address
     * @param prefixLength of its subnet
     */
    record PodAddress(InetAddress ip, int prefixLength) {}
}
