// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

class HostPortsTest {
    private final Lease web =
            new Lease(
                    "aa11",
                    "default/web",
                    2,
                    List.of(),
                    "rst0",
                    List.of(
                            PortMapping.of(PortProtocol.TCP, 80, 8080, ""),
                            PortMapping.of(PortProtocol.UDP, 53, 53, "192.0.2.1")));

    @ParameterizedTest
    @CsvSource({"TCP, 8080, ''", "TCP, 8080, 192.0.2.9", "UDP, 53, 192.0.2.1", "UDP, 53, ''"})
    void requireUnclaimed_ofAPortThatAPodHas_namesThePod(
            PortProtocol protocol, int port, String hostIp) {
        var asked = List.of(PortMapping.of(protocol, 1, port, hostIp));

        assertThatThrownBy(() -> HostPorts.requireUnclaimed(asked, List.of(web)))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.NAME_TAKEN))
                .hasMessageContaining("pod default/web (aa11) has it");
    }

    @ParameterizedTest
    @CsvSource({"UDP, 8080, ''", "TCP, 8081, ''", "UDP, 53, 192.0.2.2", "SCTP, 8080, ''"})
    void requireUnclaimed_ofAnotherPort_isFine(PortProtocol protocol, int port, String hostIp) {
        var asked = List.of(PortMapping.of(protocol, 1, port, hostIp));

        assertThatCode(() -> HostPorts.requireUnclaimed(asked, List.of(web)))
                .doesNotThrowAnyException();
    }

    @Test
    void requireUnclaimed_ofOnePortTwice_isRefused() {
        var asked =
                List.of(
                        PortMapping.of(PortProtocol.TCP, 80, 9000, ""),
                        PortMapping.of(PortProtocol.TCP, 81, 9000, "192.0.2.1"));

        assertThatThrownBy(() -> HostPorts.requireUnclaimed(asked, List.of()))
                .hasMessageContaining("192.0.2.1 port 9000/TCP is asked for twice");
    }

    @Test
    void requireUnbound_ofAPortThatAProcessListensOn_isRefused() throws IOException {
        try (var server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            var asked = List.of(PortMapping.of(PortProtocol.TCP, 80, port, ""));

            assertThatThrownBy(() -> HostPorts.requireUnbound(asked))
                    .hasMessageContaining("a process of the host listens on it");
        }
    }

    @Test
    void requireUnbound_ofAUdpPortInUse_isRefused() throws IOException {
        try (var socket = DatagramChannel.open()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
            var asked = List.of(PortMapping.of(PortProtocol.UDP, 80, port, "127.0.0.1"));

            assertThatThrownBy(() -> HostPorts.requireUnbound(asked))
                    .hasMessageContaining("127.0.0.1 port " + port + "/UDP");
        }
    }

    @Test
    void requireUnbound_ofAFreePort_leavesItFree() throws IOException {
        int port;
        try (var server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        }
        var asked = List.of(PortMapping.of(PortProtocol.TCP, 80, port, "127.0.0.1"));

        HostPorts.requireUnbound(asked);

        assertThatCode(() -> HostPorts.requireUnbound(asked)).doesNotThrowAnyException();
    }

    @Test
    void requireUnbound_onAnAddressThatIsNotHere_saysNothing() {
        var asked = List.of(PortMapping.of(PortProtocol.TCP, 80, 8080, "192.0.2.77"));

        assertThatCode(() -> HostPorts.requireUnbound(asked)).doesNotThrowAnyException();
    }
}
