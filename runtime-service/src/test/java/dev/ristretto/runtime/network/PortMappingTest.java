// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;

class PortMappingTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "0.0.0.0", "::"})
    void of_noAddressOrAWildcard_meansEveryAddress(String hostIp) {
        assertThat(PortMapping.of(PortProtocol.TCP, 80, 8080, hostIp).hostAddress()).isEmpty();
    }

    @Test
    void of_aHostName_isRefusedByItsField() {
        assertThatThrownBy(() -> PortMapping.of(PortProtocol.TCP, 80, 8080, "localhost"))
                .hasMessage("port_mappings.host_ip 'localhost' is not an IPv4 or IPv6 address");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65536})
    void of_aPortOutOfRange_isRefused(int hostPort) {
        assertThatThrownBy(() -> PortMapping.of(PortProtocol.TCP, 80, hostPort, ""))
                .hasMessageContaining("port_mappings.host_port " + hostPort);
    }

    @Test
    void attachment_dropsPortsThatAreNotMapped() {
        var mapped = PortMapping.of(PortProtocol.UDP, 53, 5353, "");
        var unmapped = PortMapping.of(PortProtocol.TCP, 80, 0, "");

        var attachment =
                new PodAttachment(
                        "p1", "default/dns", Path.of("/proc/1/ns/net"), List.of(unmapped, mapped));

        assertThat(attachment.portMappings()).containsExactly(mapped);
    }
}
