// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SocketFlags;
import dev.ristretto.linux.syscall.SyscallException;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Checks that no process of the host listens on a port that a pod asks for: it would silently lose
 * its clients. In the network namespace of the calling thread.
 */
final class BoundPorts {
    /** No such protocol or address on this host: then nobody can listen there. */
    private static final Set<Errno> NOT_HERE =
            EnumSet.of(
                    Errno.EADDRNOTAVAIL,
                    Errno.EPROTONOSUPPORT,
                    Errno.ESOCKTNOSUPPORT,
                    Errno.EAFNOSUPPORT);

    private final LinuxSyscalls linux;
    private final PortOwners owners;

    BoundPorts(LinuxSyscalls linux, PortOwners owners) {
        this.linux = linux;
        this.owners = owners;
    }

    /**
     * Tries to bind each port, without listening, for a moment.
     *
     * @throws RuntimeFault {@code NAME_TAKEN} naming port, protocol and the process
     */
    void requireUnbound(List<PortMapping> asked) {
        for (var mapping : asked) {
            try {
                probe(mapping);
            } catch (IOException e) {
                throw RuntimeFault.internal(
                        e, "probe host port %s: %s", HostPorts.text(mapping), e.getMessage());
            }
        }
    }

    private void probe(PortMapping mapping) throws IOException {
        try {
            bind(mapping);
        } catch (SyscallException e) {
            if (NOT_HERE.contains(e.errno())) {
                return;
            }
            if (e.errno() != Errno.EADDRINUSE) {
                throw e;
            }
            var owner = owners.find(mapping);
            if (owner.isPresent()) {
                throw RuntimeFault.nameTaken(
                        "map host port %s: %s listens on it", HostPorts.text(mapping), owner.get());
            }
        }
    }

    private void bind(PortMapping mapping) throws SyscallException {
        if (mapping.hostAddress().isPresent()) {
            bind(mapping, mapping.hostAddress().get());
            return;
        }
        try {
            // The IPv6 wildcard stands for both families, unless a host sets bindv6only.
            bind(mapping, InetAddress.ofLiteral("::"));
        } catch (SyscallException e) {
            if (e.errno() == Errno.EADDRINUSE) {
                throw e;
            }
        }
        bind(mapping, InetAddress.ofLiteral("0.0.0.0"));
    }

    private void bind(PortMapping mapping, InetAddress address) throws SyscallException {
        boolean ipv4 = address instanceof Inet4Address;
        int family = ipv4 ? SocketFlags.AF_INET : SocketFlags.AF_INET6;
        try (var socket = open(family, mapping.protocol())) {
            if (mapping.protocol() != PortProtocol.UDP) {
                // Connections that are winding down (TIME_WAIT) are no listeners.
                linux.setsockopt(
                        socket.number(), SocketFlags.SOL_SOCKET, SocketFlags.SO_REUSEADDR, 1);
            }
            linux.bind(socket.number(), sockaddr(family, address, mapping.hostPort()));
        }
    }

    private Fd open(int family, PortProtocol protocol) throws SyscallException {
        return switch (protocol) {
            case TCP -> open(family, SocketFlags.SOCK_STREAM, SocketFlags.IPPROTO_TCP);
            case UDP -> open(family, SocketFlags.SOCK_DGRAM, SocketFlags.IPPROTO_UDP);
            case SCTP -> open(family, SocketFlags.SOCK_STREAM, SocketFlags.IPPROTO_SCTP);
        };
    }

    private Fd open(int family, int type, int protocol) throws SyscallException {
        return Fd.owned(linux, linux.socket(family, type | SocketFlags.SOCK_CLOEXEC, protocol));
    }

    /** {@code struct sockaddr_in} or {@code sockaddr_in6}: port and address in network order. */
    private static byte[] sockaddr(int family, InetAddress address, int port) {
        boolean ipv4 = family == SocketFlags.AF_INET;
        var bytes = ByteBuffer.allocate(ipv4 ? 16 : 28).order(ByteOrder.nativeOrder());
        bytes.putShort((short) family).order(ByteOrder.BIG_ENDIAN).putShort((short) port);
        if (!ipv4) {
            bytes.putInt(0);
        }
        return bytes.put(address.getAddress()).array();
    }
}
