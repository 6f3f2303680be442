// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;

class SocketPeerTest {
    private final SocketPeer peer = new SocketPeer(LinuxSyscalls.load());
    @TempDir Path dir;

    @Test
    void pid_isThatOfWhoListens() throws Exception {
        var socket = dir.resolve("s");
        try (var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));

            assertThat(peer.pid(socket)).isEqualTo((int) ProcessHandle.current().pid());
        }
    }

    @Test
    void pid_ofASocketThatIsNotThere_fails() {
        assertThatThrownBy(() -> peer.pid(dir.resolve("none")))
                .isInstanceOf(SyscallException.class);
        assertThatThrownBy(() -> peer.pid(Path.of("/" + "x".repeat(200))))
                .hasMessageContaining("is too long for a socket");
    }
}
