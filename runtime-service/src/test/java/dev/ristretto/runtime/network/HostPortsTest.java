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
    void requireUnclaimed_onTheIpv6Loopback_saysWhatToUse() {
        var asked = List.of(PortMapping.of(PortProtocol.TCP, 80, 9000, "::1"));

        assertThatThrownBy(() -> HostPorts.requireUnclaimed(asked, List.of()))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageContaining("use 127.0.0.1");
    }
}
