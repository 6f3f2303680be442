// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

class BoundPortsTest {
    private static final String WE = "java (pid %d)".formatted(ProcessHandle.current().pid());

    private final BoundPorts ports =
            new BoundPorts(LinuxSyscalls.load(), new PortOwners(Path.of("/proc")));

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "0.0.0.0", "::"})
    void tcpPort_thatAProcessListensOn_isRefusedNamingIt(String address) throws IOException {
        try (var server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
            int port = portOf(server.getLocalAddress());

            assertThatThrownBy(() -> require(PortProtocol.TCP, port, ""))
                    .isInstanceOfSatisfying(
                            RuntimeFault.class,
                            fault -> assertThat(fault.kind()).isEqualTo(FaultKind.NAME_TAKEN))
                    .hasMessage("map host port %d/TCP: %s listens on it".formatted(port, WE));
        }
    }

    @Test
    void udpPort_inUse_isRefusedNamingTheProcess() throws IOException {
        try (var socket = DatagramChannel.open()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            int port = portOf(socket.getLocalAddress());

            assertThatThrownBy(() -> require(PortProtocol.UDP, port, "127.0.0.1"))
                    .hasMessage(
                            "map host port 127.0.0.1 port %d/UDP: %s listens on it"
                                    .formatted(port, WE));
        }
    }

    @Test
    void tcpPort_onAnotherAddress_isFree() throws IOException {
        try (var server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            int port = portOf(server.getLocalAddress());

            assertThatCode(() -> require(PortProtocol.TCP, port, "127.0.0.2"))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void tcpPort_thatIsTheNearEndOfAConnection_isFree() throws IOException {
        try (var server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            try (var client = SocketChannel.open(server.getLocalAddress());
                    var accepted = server.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                int port = portOf(client.getLocalAddress());

                assertThatCode(() -> require(PortProtocol.TCP, port, ""))
                        .doesNotThrowAnyException();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void freePort_staysFree(PortProtocol protocol) throws IOException {
        int port;
        try (var server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            port = portOf(server.getLocalAddress());
        }

        require(protocol, port, "");

        assertThatCode(() -> require(protocol, port, "")).doesNotThrowAnyException();
    }

    @Test
    void addressThatIsNotHere_saysNothing() {
        assertThatCode(() -> require(PortProtocol.TCP, 8080, "192.0.2.77"))
                .doesNotThrowAnyException();
    }

    private void require(PortProtocol protocol, int port, String hostIp) {
        ports.requireUnbound(List.of(PortMapping.of(protocol, 80, port, hostIp)));
    }

    private static int portOf(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }
}
