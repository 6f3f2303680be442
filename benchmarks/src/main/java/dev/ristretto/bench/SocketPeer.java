// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SocketFlags;
import dev.ristretto.linux.syscall.SyscallException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Finds the process that listens on a unix socket. */
final class SocketPeer {
    /** Length of {@code sun_path}, see unix(7). */
    private static final int PATH_LENGTH = 108;

    private final LinuxSyscalls linux;

    SocketPeer(LinuxSyscalls linux) {
        this.linux = linux;
    }

    /** Whoever called listen(2) on it. */
    int pid(Path socket) throws SyscallException {
        int type = SocketFlags.SOCK_STREAM | SocketFlags.SOCK_CLOEXEC;
        try (var fd = Fd.owned(linux, linux.socket(SocketFlags.AF_UNIX, type, 0))) {
            linux.connect(fd.number(), address(socket));
            return linux.peerCredentials(fd.number()).pid();
        }
    }

    /** {@code struct sockaddr_un}, with the path's terminating zero. */
    static byte[] address(Path socket) {
        var path = socket.toString().getBytes(StandardCharsets.UTF_8);
        if (path.length >= PATH_LENGTH) {
            throw new IllegalArgumentException("%s is too long for a socket".formatted(socket));
        }
        return ByteBuffer.allocate(2 + path.length + 1)
                .order(ByteOrder.nativeOrder())
                .putShort((short) SocketFlags.AF_UNIX)
                .put(path)
                .array();
    }
}
