// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;

import java.net.InetAddress;
import java.util.Optional;

/**
 * One {@code PortMapping} of the CRI: a port of the host that leads to a port of the pod.
 *
 * @param containerPort 1 to 65535
 * @param hostPort 1 to 65535, or 0 for none, as the kubelet sends for ports that are not mapped
 * @param hostAddress the only address of the host to listen on; empty (or a wildcard, which {@link
 *     #of} turns into empty) means all of both families
 */
public record PortMapping(
        PortProtocol protocol, int containerPort, int hostPort, Optional<InetAddress> hostAddress) {
    private static final int HIGHEST = 65535;

    public PortMapping {
        requirePort("port_mappings.host_port", hostPort, 0);
        // A pod that maps nothing may say nothing about its own port either.
        requirePort("port_mappings.container_port", containerPort, hostPort == 0 ? 0 : 1);
    }

    /**
     * From the CRI's fields.
     *
     * @param hostIp {@code host_ip}; empty and wildcards mean every address
     */
    public static PortMapping of(
            PortProtocol protocol, int containerPort, int hostPort, String hostIp) {
        return new PortMapping(protocol, containerPort, hostPort, parse(hostIp));
    }

    /** Whether there is a host port at all. */
    public boolean isMapped() {
        return hostPort != 0;
    }

    private static Optional<InetAddress> parse(String hostIp) {
        if (hostIp.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(hostIp))
                    .filter(address -> !address.isAnyLocalAddress());
        } catch (IllegalArgumentException e) {
            throw RuntimeFault.invalidArgument(
                    "port_mappings.host_ip '%s' is not an IPv4 or IPv6 address", hostIp);
        }
    }

    private static void requirePort(String field, int port, int lowest) {
        if (port < lowest || port > HIGHEST) {
            throw RuntimeFault.invalidArgument(
                    "%s %d is not within %d to %d", field, port, lowest, HIGHEST);
        }
    }
}
