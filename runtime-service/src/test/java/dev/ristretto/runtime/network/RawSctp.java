// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SocketFlags;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * SCTP without a kernel that speaks it: raw sockets with one {@code INIT} chunk, RFC 9260 section
 * 3.3.2. The packet filter knows the protocol anyway.
 */
final class RawSctp {
    private static final LinuxSyscalls LINUX = LinuxSyscalls.load();
    private static final int IP_HEADER = 20;
    private static final int INIT = 1;
    private static final int INIT_LENGTH = 20;
    private static final int COMMON_HEADER = 12;
    private static final int CHECKSUM_AT = 8;
    private static final int PATIENCE_SECONDS = 2;

    private RawSctp() {}

    /** A socket that takes what arrives at a namespace; see {@link #receivedPort}. */
    static Fd receiver(TestNetns where) throws IOException {
        return where.call(
                () -> {
                    var socket = open();
                    var patience = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
                    LINUX.setsockopt(
                            socket.number(),
                            SocketFlags.SOL_SOCKET,
                            SocketFlags.SO_RCVTIMEO,
                            patience.putLong(PATIENCE_SECONDS).array());
                    return socket;
                });
    }

    /** Asks for an association. */
    static void sendInit(TestNetns from, InetAddress to, int port) throws IOException {
        from.run(
                () -> {
                    try (var socket = open()) {
                        var address = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
                        address.putShort((short) SocketFlags.AF_INET).putShort((short) 0);
                        LINUX.connect(socket.number(), address.put(to.getAddress()).array());
                        LINUX.send(socket.number(), init(port), 0);
                    }
                });
    }

    /** The destination port of the next packet, which is IPv4's. */
    static int receivedPort(Fd socket) throws IOException {
        var packet = ByteBuffer.allocate(1500);
        LINUX.recv(socket.number(), packet, 0);
        return packet.getShort(IP_HEADER + 2) & 0xffff;
    }

    private static Fd open() throws IOException {
        return Fd.owned(
                LINUX,
                LINUX.socket(
                        SocketFlags.AF_INET,
                        SocketFlags.SOCK_RAW | SocketFlags.SOCK_CLOEXEC,
                        SocketFlags.IPPROTO_SCTP));
    }

    private static ByteBuffer init(int port) {
        var packet = ByteBuffer.allocate(COMMON_HEADER + INIT_LENGTH);
        packet.putShort((short) 40_000).putShort((short) port).putInt(0).putInt(0);
        packet.put((byte) INIT).put((byte) 0).putShort((short) INIT_LENGTH);
        packet.putInt(0x01020304).putInt(65536).putShort((short) 1).putShort((short) 1).putInt(1);
        var checksum = new CRC32C();
        checksum.update(packet.flip());
        packet.order(ByteOrder.LITTLE_ENDIAN).putInt(CHECKSUM_AT, (int) checksum.getValue());
        return packet.rewind();
    }
}
