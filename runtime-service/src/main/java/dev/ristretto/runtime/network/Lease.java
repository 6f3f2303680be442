// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.net.InetAddress;
import java.util.List;

/**
 * What one pod sandbox holds of the host's network, as it is kept on disk.
 *
 * @param podSandboxId the owner
 * @param podName the owner's name, for messages
 * @param index distance of its addresses from the start of their subnets
 * @param ips its addresses, IPv4 before IPv6
 * @param hostInterfaceName the host's end of its veth pair
 * @param portMappings its host ports
 */
record Lease(
        String podSandboxId,
        String podName,
        int index,
        List<InetAddress> ips,
        String hostInterfaceName,
        List<PortMapping> portMappings) {
    Lease {
        ips = List.copyOf(ips);
        portMappings = List.copyOf(portMappings);
    }
}
