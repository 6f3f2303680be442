// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.linux.netlink.Conntrack;
import dev.ristretto.linux.netlink.NetlinkException;
import dev.ristretto.linux.netlink.RtNetlink;
import dev.ristretto.linux.netlink.UdpFlow;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import java.io.IOException;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Makes a UDP host port take effect on flows that exist already. The kernel translates a flow as it
 * did its first datagram, for as long as it does not pause for 30 seconds: a client that keeps
 * sending (statsd, syslog, a resolver) would never reach the pod that got the port, or for ever
 * talk to one that is gone.
 *
 * <p>In the network namespace of the calling thread. Costs nothing for pods without UDP ports.
 *
 * @param linux the kernel
 */
record UdpFlows(LinuxSyscalls linux) {
    /** A kernel without CONFIG_NF_CT_NETLINK: there a flow heals only when it pauses. */
    private static final Set<Errno> WITHOUT_CTNETLINK = EnumSet.of(Errno.EINVAL, Errno.EOPNOTSUPP);

    /** The ports of this lease were opened: what goes elsewhere shall come to the pod. */
    void redirectTo(Lease lease) throws IOException {
        var ports = udp(lease);
        if (ports.isEmpty()) {
            return;
        }
        Set<InetAddress> ours;
        try (var links = RtNetlink.open(linux)) {
            ours = addressesOf(links);
        }
        forget(
                ports,
                (mapping, flow) ->
                        isFor(mapping, flow, ours) && !lease.ips().contains(flow.answering()));
    }

    /** The ports of this lease were closed: what still goes to the pod goes nowhere. */
    void forgetThoseOf(Lease lease) throws IOException {
        forget(udp(lease), (_, flow) -> lease.ips().contains(flow.answering()));
    }

    private void forget(List<PortMapping> ports, BiPredicate<PortMapping, UdpFlow> condition)
            throws IOException {
        if (ports.isEmpty()) {
            return;
        }
        try (var conntrack = Conntrack.open(linux)) {
            for (var mapping : ports) {
                conntrack.forgetUdp(mapping.hostPort(), flow -> condition.test(mapping, flow));
            }
        } catch (NetlinkException e) {
            if (!WITHOUT_CTNETLINK.contains(e.errno())) {
                throw e;
            }
        }
    }

    private static boolean isFor(PortMapping mapping, UdpFlow flow, Set<InetAddress> ours) {
        return mapping.hostAddress()
                .map(host -> host.equals(flow.destination()))
                .orElseGet(
                        () ->
                                ours.contains(flow.destination())
                                        || flow.destination().isLoopbackAddress());
    }

    private static Set<InetAddress> addressesOf(RtNetlink links) throws IOException {
        var addresses = new HashSet<InetAddress>();
        for (var link : links.links()) {
            for (var address : links.addresses(link.index())) {
                addresses.add(address.prefix().address());
            }
        }
        return addresses;
    }

    private static List<PortMapping> udp(Lease lease) {
        return lease.portMappings().stream()
                .filter(mapping -> mapping.protocol() == PortProtocol.UDP)
                .toList();
    }
}
