// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.net.InetAddress;
import java.util.List;

/**
 * The network that a pod sandbox got.
 *
 * @param ips the pod's addresses, IPv4 before IPv6; the first is {@code
 *     PodSandboxNetworkStatus.ip}, the rest {@code additional_ips}. Empty in the host's network.
 * @param interfaceName the interface inside the pod, {@code eth0}; empty in the host's network
 * @param gateways the next hop of each family, in the order of {@code ips}
 * @param hostInterfaceName the host's end of the veth pair; empty in the host's network
 */
public record PodNetwork(
        List<InetAddress> ips,
        String interfaceName,
        List<InetAddress> gateways,
        String hostInterfaceName) {

    public PodNetwork {
        ips = List.copyOf(ips);
        gateways = List.copyOf(gateways);
    }

    /** The pod's addresses as the CRI's status carries them. */
    public List<String> ipTexts() {
        return ips.stream().map(IpText::of).toList();
    }

    /** The network of a pod in the host's namespace: the kubelet fills in the node's addresses. */
    public static PodNetwork host() {
        return new PodNetwork(List.of(), "", List.of(), "");
    }
}
