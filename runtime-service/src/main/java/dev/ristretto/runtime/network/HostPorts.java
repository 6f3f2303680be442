// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;

/** Which pod may have a host port: one at a time. Pure. */
final class HostPorts {
    private static final InetAddress IPV6_LOOPBACK = InetAddress.ofLiteral("::1");

    private HostPorts() {}

    /**
     * Checks what a pod asks for against what others hold.
     *
     * @throws RuntimeFault {@code NAME_TAKEN} naming the owner; {@code INVALID_ARGUMENT} if the pod
     *     asks for one port twice, or for a port of ::1
     */
    static void requireUnclaimed(List<PortMapping> asked, Collection<Lease> leases) {
        for (int i = 0; i < asked.size(); i++) {
            var mapping = asked.get(i);
            if (mapping.hostAddress().filter(IPV6_LOOPBACK::equals).isPresent()) {
                throw RuntimeFault.invalidArgument(
                        "port_mappings.host_ip '::1': no kernel forwards from the IPv6 loopback;"
                                + " use 127.0.0.1");
            }
            for (var other : asked.subList(0, i)) {
                if (clash(mapping, other)) {
                    throw RuntimeFault.invalidArgument(
                            "port_mappings: host port %s is asked for twice", text(mapping));
                }
            }
            for (var lease : leases) {
                if (lease.portMappings().stream().anyMatch(held -> clash(mapping, held))) {
                    throw RuntimeFault.nameTaken(
                            "map host port %s: pod %s (%s) has it",
                            text(mapping), lease.podName(), lease.podSandboxId());
                }
            }
        }
    }

    /** For messages, for example {@code 8080/TCP} or {@code 192.0.2.1 port 53/UDP}. */
    static String text(PortMapping mapping) {
        var port = "%d/%s".formatted(mapping.hostPort(), mapping.protocol());
        return mapping.hostAddress().map(host -> IpText.of(host) + " port " + port).orElse(port);
    }

    private static boolean clash(PortMapping a, PortMapping b) {
        return a.protocol() == b.protocol()
                && a.hostPort() == b.hostPort()
                && (a.hostAddress().isEmpty()
                        || b.hostAddress().isEmpty()
                        || a.hostAddress().equals(b.hostAddress()));
    }
}
