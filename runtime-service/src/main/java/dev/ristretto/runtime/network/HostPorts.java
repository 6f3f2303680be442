// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.Collection;
import java.util.List;

/** Who may have a host port: neither another pod nor a process of the host may have it already. */
final class HostPorts {
    private HostPorts() {}

    /**
     * Checks what a pod asks for against what others hold. Pure.
     *
     * @throws RuntimeFault {@code NAME_TAKEN} naming the owner; {@code INVALID_ARGUMENT} if the pod
     *     asks for one port twice
     */
    static void requireUnclaimed(List<PortMapping> asked, Collection<Lease> leases) {
        for (int i = 0; i < asked.size(); i++) {
            var mapping = asked.get(i);
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

    /**
     * Checks by binding that no process listens on the ports; it would silently lose its clients.
     * The JDK has no SCTP sockets to try with, so SCTP ports are not checked.
     *
     * @throws RuntimeFault {@code NAME_TAKEN} naming the port
     */
    static void requireUnbound(List<PortMapping> asked) {
        for (var mapping : asked) {
            switch (mapping.protocol()) {
                case TCP -> probe(mapping, ServerSocketChannel::open);
                case UDP -> probe(mapping, DatagramChannel::open);
                case SCTP -> {}
            }
        }
    }

    private static boolean clash(PortMapping a, PortMapping b) {
        return a.protocol() == b.protocol()
                && a.hostPort() == b.hostPort()
                && (a.hostAddress().isEmpty()
                        || b.hostAddress().isEmpty()
                        || a.hostAddress().equals(b.hostAddress()));
    }

    private static void probe(PortMapping mapping, ChannelSource source) {
        var address =
                mapping.hostAddress()
                        .map(host -> new InetSocketAddress(host, mapping.hostPort()))
                        .orElseGet(() -> new InetSocketAddress(mapping.hostPort()));
        try (var channel = source.open()) {
            channel.bind(address);
        } catch (BindException e) {
            // Anything else (an address that is not here yet) says nothing about the port.
            if (String.valueOf(e.getMessage()).contains("in use")) {
                throw RuntimeFault.nameTaken(
                        "map host port %s: a process of the host listens on it; see ss -lntup",
                        text(mapping));
            }
        } catch (IOException e) {
            throw RuntimeFault.internal(e, "probe host port %s: %s", text(mapping), e.getMessage());
        }
    }

    private static String text(PortMapping mapping) {
        var port = "%d/%s".formatted(mapping.hostPort(), mapping.protocol());
        return mapping.hostAddress().map(host -> IpText.of(host) + " port " + port).orElse(port);
    }

    @FunctionalInterface
    private interface ChannelSource {
        NetworkChannel open() throws IOException;
    }
}
