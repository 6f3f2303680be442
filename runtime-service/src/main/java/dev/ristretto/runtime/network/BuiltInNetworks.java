// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.linux.nftables.Nftables;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens the built-in network of this host: that of the calling thread's network namespace, in which
 * all threads have to be that call it later. Nothing is made before {@link PodNetworks#retain}.
 */
public final class BuiltInNetworks {
    private static final Path PROC = Path.of("/proc");

    private BuiltInNetworks() {}

    /**
     * Opens it.
     *
     * @throws IOException if the kernel refuses a netlink socket, or has no IPv6 when nothing else
     *     is configured
     */
    public static PodNetworks open(LinuxSyscalls linux, BuiltInNetworkConfig config)
            throws IOException {
        return open(
                linux,
                config,
                () -> {
                    // Open for as long as the daemon runs: one context, used by turns.
                    var nftables = Nftables.open(linux);
                    return nftables::run;
                });
    }

    /** Opens it with subnets that nothing else on this host has, where that is left open. */
    static PodNetworks open(LinuxSyscalls linux, BuiltInNetworkConfig config, SubnetChoice choice)
            throws IOException {
        try (var links = NetlinkHostLinks.open(linux, config)) {
            return open(linux, choice.settle(config, links.inUse()));
        }
    }

    /** With another packet filter. */
    static PodNetworks open(
            LinuxSyscalls linux, BuiltInNetworkConfig config, PacketFilter.Source filters)
            throws IOException {
        var sysctls = PROC.resolve("sys/net");
        var ipv6 = new HostIpv6(sysctls).missing();
        if (config.ipv6().isPresent() && ipv6.isPresent()) {
            if (config.ipv4().isEmpty()) {
                throw new IOException(
                        "set up IPv6 for pods: %s; set network.ipv4Subnet".formatted(ipv6.get()));
            }
            var fact = "%s: pods have IPv4 only".formatted(ipv6.get());
            return open(linux, config.withoutIpv6(), filters, List.of(fact));
        }
        return open(linux, config, filters, List.of());
    }

    private static PodNetworks open(
            LinuxSyscalls linux,
            BuiltInNetworkConfig config,
            PacketFilter.Source filters,
            List<String> facts)
            throws IOException {
        var links = NetlinkHostLinks.open(linux, config);
        // Not .json, which are leases.
        var journal = new SysctlJournal(config.leaseDirectory().resolve("changed-sysctls"));
        var forwarding = new HostForwarding(PROC.resolve("sys/net"), journal);
        return new BuiltInNetwork(
                config,
                links,
                new HostSetup(config, links, forwarding, filters, facts),
                new BoundPorts(linux, new PortOwners(PROC)),
                new UdpFlows(linux));
    }
}
