// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

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
 * @param netns the pod's network namespace
 * @param addresses the pod's addresses with the prefix length of their subnet
 * @param gateways the next hop of each family
 */
record VethPlan(
        String hostInterfaceName,
        Path netns,
        List<PodAddress> addresses,
        List<InetAddress> gateways) {
    /** Host ends start with this; what starts so on our bridge is ours to remove. */
    static final String PREFIX = "rst";

    /** The pod's end. */
    static final String POD_INTERFACE = "eth0";

    /** Interface names have at most 15 bytes (IFNAMSIZ). */
    private static final int DIGITS = 12;

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
     * An address of a pod.
     *
     * @param ip the address
     * @param prefixLength of its subnet
     */
    record PodAddress(InetAddress ip, int prefixLength) {}
}
