// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import static dev.ristretto.linux.syscall.Native.LIBC;
import static dev.ristretto.linux.syscall.Native.answer;
import static dev.ristretto.linux.syscall.Native.check;
import static dev.ristretto.linux.syscall.Native.restarted;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Sockets. */
interface JnrSocketSyscalls extends SocketSyscalls {
    /** {@code struct sockaddr_storage}. */
    int MAX_ADDRESS = 128;

    @Override
    default int socket(int domain, int type, int protocol) throws SyscallException {
        return check("socket", "domain " + domain, answer(LIBC.socket(domain, type, protocol)));
    }

    @Override
    default void bind(int fd, byte[] address) throws SyscallException {
        check("bind", fd, answer(LIBC.bind(fd, address, address.length)));
    }

    @Override
    default void connect(int fd, byte[] address) throws SyscallException {
        check("connect", fd, answer(LIBC.connect(fd, address, address.length)));
    }

    @Override
    default byte[] getsockname(int fd) throws SyscallException {
        var address = new byte[MAX_ADDRESS];
        var length = new int[] {address.length};
        check("getsockname", fd, answer(LIBC.getsockname(fd, address, length)));
        return Arrays.copyOf(address, length[0]);
    }

    @Override
    default void setsockopt(int fd, int level, int option, byte[] value) throws SyscallException {
        check("setsockopt", fd, answer(LIBC.setsockopt(fd, level, option, value, value.length)));
    }

    @Override
    default void setsockopt(int fd, int level, int option, int value) throws SyscallException {
        var bytes = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value);
        setsockopt(fd, level, option, bytes.array());
    }

    @Override
    default byte[] getsockopt(int fd, int level, int option, int maxLength)
            throws SyscallException {
        var value = new byte[maxLength];
        var length = new int[] {maxLength};
        check("getsockopt", fd, answer(LIBC.getsockopt(fd, level, option, value, length)));
        return Arrays.copyOf(value, length[0]);
    }

    @Override
    default PeerCredentials peerCredentials(int fd) throws SyscallException {
        return PeerCredentials.decode(
                getsockopt(
                        fd,
                        SocketFlags.SOL_SOCKET,
                        SocketFlags.SO_PEERCRED,
                        PeerCredentials.STRUCT_SIZE));
    }

    @Override
    default int send(int fd, ByteBuffer message, int flags) throws SyscallException {
        var bytes = Native.readable(message);
        int n =
                check(
                        "send",
                        fd,
                        restarted(() -> answer(LIBC.send(fd, bytes, bytes.remaining(), flags))));
        message.position(message.position() + n);
        return n;
    }

    @Override
    default int recv(int fd, ByteBuffer into, int flags) throws SyscallException {
        int n =
                check(
                        "recv",
                        fd,
                        restarted(() -> answer(LIBC.recv(fd, into, into.remaining(), flags))));
        into.position(into.position() + Math.min(n, into.remaining()));
        return n;
    }
}
