// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.config.RistrettoConfig;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the built-in network is made of.
 *
 * @param bridge name of the bridge
 * @param ipv4 where pods get their IPv4 address from, if they get one
 * @param ipv6 where pods get their IPv6 address from, if they get one; at least one of both is
 *     there
 * @param mtu of pod interfaces; 0 takes that of the host's default route
 * @param masquerade whether what leaves the node carries the node's address
 * @param leaseDirectory a directory of its own for one file per pod, gone after a reboot as the
 *     pods are ({@code /run/ristretto/network})
 */
public record BuiltInNetworkConfig(
        String bridge,
        Optional<Subnet> ipv4,
        Optional<Subnet> ipv6,
        int mtu,
        boolean masquerade,
        Path leaseDirectory) {
    /** Room for the gateway and one pod. */
    private static final int SMALLEST = 3;

    /** RFC 8200 section 5; the kernel ends IPv6 on an interface with less. */
    private static final int LEAST_IPV6_MTU = 1280;

    public BuiltInNetworkConfig {
        // "all" and "default" are no interfaces but settings of all of them, see ip-sysctl.rst.
        if (!bridge.matches("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,14}")
                || List.of("all", "default").contains(bridge)) {
            throw RuntimeFault.invalidArgument(
                    "network.bridge '%s' is not a name for an interface", bridge);
        }
        requireFamily("network.ipv4Subnet", ipv4, true);
        requireFamily("network.ipv6Subnet", ipv6, false);
        if (ipv6.isPresent() && mtu != 0 && mtu < LEAST_IPV6_MTU) {
            throw RuntimeFault.invalidArgument(
                    "network.mtu %d is less than the %d that IPv6 needs", mtu, LEAST_IPV6_MTU);
        }
        if (ipv4.isEmpty() && ipv6.isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "network.ipv4Subnet and network.ipv6Subnet are both empty");
        }
    }

    /**
     * From the daemon's configuration; leases are kept below its {@code runDir}. What that leaves
     * to {@link SubnetChoice} is what this would choose first.
     */
    public static BuiltInNetworkConfig of(RistrettoConfig.Network network, Path runDir) {
        return new BuiltInNetworkConfig(
                network.bridge(),
                parse("network.ipv4Subnet", SubnetChoice.orFirst(network.ipv4Subnet(), true)),
                parse("network.ipv6Subnet", SubnetChoice.orFirst(network.ipv6Subnet(), false)),
                network.mtu(),
                network.masquerade(),
                runDir.resolve("network"));
    }

    /** The same with other subnets. */
    BuiltInNetworkConfig with(Optional<Subnet> otherIpv4, Optional<Subnet> otherIpv6) {
        return new BuiltInNetworkConfig(
                bridge, otherIpv4, otherIpv6, mtu, masquerade, leaseDirectory);
    }

    /** The same for a host that has no IPv6. */
    BuiltInNetworkConfig withoutIpv6() {
        return with(ipv4, Optional.empty());
    }

    private static Optional<Subnet> parse(String key, String cidr) {
        if (cidr.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Subnet.parse(cidr));
        } catch (RuntimeFault e) {
            throw RuntimeFault.invalidArgument("%s is '%s': %s", key, cidr, e.getMessage());
        }
    }

    /** The subnets, IPv4 before IPv6. */
    List<Subnet> subnets() {
        return Stream.concat(ipv4.stream(), ipv6.stream()).toList();
    }

    private static void requireFamily(String key, Optional<Subnet> subnet, boolean ipv4) {
        if (subnet.isEmpty()) {
            return;
        }
        if (subnet.get().isIpv4() != ipv4 || subnet.get().size() < SMALLEST) {
            throw RuntimeFault.invalidArgument(
                    "%s %s is of the wrong family or has no room for a pod", key, subnet.get());
        }
    }
}
