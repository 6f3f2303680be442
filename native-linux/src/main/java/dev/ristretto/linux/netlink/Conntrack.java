// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SocketFlags;
import dev.ristretto.linux.syscall.SyscallException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.function.Predicate;

/**
 * The connections that the packet filter of one network namespace follows. It decides how to
 * translate a flow with its first datagram and never again: a UDP client that does not pause keeps
 * its way when the rules have changed, until its flow is forgotten here.
 */
public final class Conntrack implements AutoCloseable {
    private final NetlinkSocket socket;

    private Conntrack(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Of the calling thread's namespace.
     *
     * @throws SyscallException if this kernel has no netfilter ({@code EPROTONOSUPPORT})
     */
    public static Conntrack open(LinuxSyscalls linux) throws IOException {
        return new Conntrack(NetlinkSocket.open(linux, SocketFlags.NETLINK_NETFILTER));
    }

    /**
     * Forgets the flows that were sent to a port and fulfil a condition. The next datagram of such
     * a flow is treated as the first.
     *
     * @param condition runs within the request: it may not use this object
     * @return how many were forgotten
     */
    public int forgetUdp(int destinationPort, Predicate<UdpFlow> condition) throws IOException {
        int forgotten = 0;
        for (int family : new int[] {SocketFlags.AF_INET, SocketFlags.AF_INET6}) {
            var doomed = new ArrayList<MessageWriter>();
            socket.dump(
                    "list UDP flows to port " + destinationPort,
                    ConntrackMessages.dumpUdp(family, destinationPort),
                    message -> {
                        var flow = ConntrackMessages.decodeUdp(message);
                        if (flow.filter(found -> found.destinationPort() == destinationPort)
                                .filter(condition)
                                .isPresent()) {
                            doomed.add(ConntrackMessages.delete(message));
                        }
                    });
            for (var request : doomed) {
                forgotten += forget(request) ? 1 : 0;
            }
        }
        return forgotten;
    }

    @Override
    public void close() throws SyscallException {
        socket.close();
    }

    private boolean forget(MessageWriter request) throws IOException {
        try {
            socket.request("forget a UDP flow", request);
            return true;
        } catch (NetlinkException e) {
            if (e.is(Errno.ENOENT)) {
                return false; // timed out meanwhile
            }
            throw e;
        }
    }
}
