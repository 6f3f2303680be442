// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.nftables;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SocketFlags;
import dev.ristretto.linux.syscall.SyscallException;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Asks the kernel whether it has nf_tables before libnftables is let loose on it: the library ends
 * the whole process ({@code exit(3)}) when it cannot open its netlink socket.
 */
final class NetfilterProbe {
    private static final int NFNL_SUBSYS_NFTABLES = 10;
    private static final int NFT_MSG_GETGEN = 16;
    private static final int NLM_F_REQUEST = 1;
    private static final int NLMSG_ERROR = 2;
    private static final int HEADER = 16;

    /** The kernel answers before send(2) returns. */
    private static final int ANSWER_SECONDS = 10;

    private NetfilterProbe() {}

    /**
     * Asks for the number of the current rule set, which every kernel with nf_tables has.
     *
     * @throws NftablesException with the kernel's answer and what would help
     */
    static void requireNfTables(LinuxSyscalls linux) throws NftablesException {
        int error;
        try (var socket = open(linux)) {
            error = ask(linux, socket.number());
        } catch (SyscallException e) {
            throw missing(e.errno(), e);
        }
        if (error != 0) {
            throw missing(Errno.of(error), null);
        }
    }

    private static Fd open(LinuxSyscalls linux) throws SyscallException {
        return Fd.owned(
                linux,
                linux.socket(
                        SocketFlags.AF_NETLINK,
                        SocketFlags.SOCK_RAW | SocketFlags.SOCK_CLOEXEC,
                        SocketFlags.NETLINK_NETFILTER));
    }

    /** The error number of the answer, 0 for none. */
    private static int ask(LinuxSyscalls linux, int socket) throws SyscallException {
        var patience = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
        linux.setsockopt(
                socket,
                SocketFlags.SOL_SOCKET,
                SocketFlags.SO_RCVTIMEO,
                patience.putLong(ANSWER_SECONDS).array());
        // struct nlmsghdr, then struct nfgenmsg of zeros: any family, version 0.
        var request = ByteBuffer.allocate(HEADER + 4).order(ByteOrder.nativeOrder());
        request.putInt(request.capacity())
                .putShort((short) (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN))
                .putShort((short) NLM_F_REQUEST)
                .putInt(1)
                .putInt(0)
                .putInt(0)
                .flip();
        linux.send(socket, request, 0);
        var answer = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());
        linux.recv(socket, answer, 0);
        answer.flip();
        boolean error =
                answer.remaining() >= HEADER + 4 && (answer.getShort(4) & 0xffff) == NLMSG_ERROR;
        return error ? -answer.getInt(HEADER) : 0;
    }

    private static NftablesException missing(Errno errno, @Nullable SyscallException cause) {
        return new NftablesException(
                "open nftables: this kernel answers %s; it needs nf_tables (CONFIG_NF_TABLES), and"
                                .formatted(errno)
                        + " this process CAP_NET_ADMIN",
                cause);
    }
}
