// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.config.RistrettoConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

class NetworkProviderTest {
    private static final RistrettoConfig.Cni CNI = RistrettoConfig.defaults().network().cni();

    @TempDir private Path runDir;

    @ParameterizedTest
    @CsvSource({
        "auto, NetworkSwitch",
        "cni, NetworkSwitch",
        "builtin, NetworkSwitch",
        "host, HostNetwork"
    })
    void open_choosesWhatIsConfigured(String provider, String expected) throws IOException {
        var network =
                new RistrettoConfig.Network(
                        provider, "ristretto0", "10.1.0.0/16", "", 0, true, CNI);

        try (var networks =
                NetworkProvider.open(
                        LinuxSyscalls.load(),
                        network,
                        new NetworkProvider.Directories(runDir, runDir))) {
            assertThat(networks.getClass().getSimpleName()).isEqualTo(expected);
        }
    }

    @Test
    void defaults_areUsable() {
        var config =
                BuiltInNetworkConfig.of(RistrettoConfig.defaults().network(), Path.of("/run/x"));

        assertThat(config.bridge()).isEqualTo("ristretto0");
        assertThat(config.ipv4()).contains(Subnet.parse("10.83.0.0/16"));
        assertThat(config.ipv6()).contains(Subnet.parse("fd88:7269:7374::/64"));
        assertThat(config.leaseDirectory()).isEqualTo(Path.of("/run/x/network"));
    }

    @Test
    void emptySubnet_isNoSubnet() {
        var network = new RistrettoConfig.Network("auto", "b0", "", "fd00::/64", 0, false, CNI);

        assertThat(BuiltInNetworkConfig.of(network, runDir).ipv4()).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "b0, 10.0.0.0/33, '', network.ipv4Subnet is '10.0.0.0/33': subnet prefix length 33",
        "b0, 10.0.0.0/16, fd00, network.ipv6Subnet is 'fd00': subnet 'fd00' is not like",
        "b0, fd00::/64, '', network.ipv4Subnet",
        "b0, 10.0.0.0/31, '', no room",
        "all, 10.0.0.0/16, '', network.bridge",
        "b0, 10.0.0.1/16, '', beyond its prefix"
    })
    void valuesThatCannotWork_areRefusedByName(
            String bridge, String ipv4, String ipv6, String words) {
        var network = new RistrettoConfig.Network("auto", bridge, ipv4, ipv6, 0, true, CNI);

        assertThatThrownBy(() -> BuiltInNetworkConfig.of(network, runDir))
                .hasMessageContaining(words);
    }
}
