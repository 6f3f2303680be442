// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.network.HostLinks.HostRoute;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

class SubnetChoiceTest {
    private static final SubnetChoice BOTH = SubnetChoice.of(RistrettoConfig.defaults().network());

    @TempDir private Path directory;
    private BuiltInNetworkConfig config;

    @BeforeEach
    void defaults() {
        config = BuiltInNetworkConfig.of(RistrettoConfig.defaults().network(), directory);
    }

    @Test
    void whatNothingOnTheHostHas_isTheFirst() throws IOException {
        assertThat(subnets(routes("192.0.2.0/24", "2001:db8::/64")))
                .containsExactly("10.83.0.0/16", "fd88:7269:7374::/64");
    }

    @Test
    void whatOverlaps_isPassedOver_howeverWideOrNarrowItIs() throws IOException {
        assertThat(subnets(routes("10.83.7.1/32", "10.144.0.0/12", "fd88:7269:7374::5/128")))
                .containsExactly("10.201.0.0/16", "fd88:7269:7375::/64");
    }

    @Test
    void theChoice_staysWhilePodsLiveInIt() throws IOException {
        var taken = routes("10.83.0.0/16");
        assertThat(subnets(taken)).contains("10.147.0.0/16");

        assertThat(subnets(routes())).contains("10.147.0.0/16");
        Files.createFile(config.leaseDirectory().resolve("pod.json"));
        assertThat(subnets(routes("10.147.0.0/16"))).contains("10.147.0.0/16");

        Files.delete(config.leaseDirectory().resolve("pod.json"));
        assertThat(subnets(routes("10.147.0.0/16"))).contains("10.83.0.0/16");
        assertThat(subnets(routes("10.147.0.0/16"))).contains("10.83.0.0/16");
    }

    @Test
    void nothingLeft_saysWhatToSet() {
        assertThatThrownBy(() -> subnets(routes("10.0.0.0/8", "192.168.0.0/16")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("10.83.0.0/16")
                .hasMessageContaining("set network.ipv4Subnet");
    }

    @Test
    void whatIsConfigured_isNotChosen() throws IOException {
        var choice = new SubnetChoice(false, true);

        var settled = choice.settle(config, routes("10.83.0.0/16"));

        assertThat(settled.ipv4()).isEqualTo(config.ipv4());
        assertThat(new SubnetChoice(false, false).settle(config, routes())).isSameAs(config);
    }

    private List<String> subnets(List<HostRoute> used) throws IOException {
        return BOTH.settle(config, used).subnets().stream().map(Subnet::toString).toList();
    }

    private static List<HostRoute> routes(String... destinations) {
        return Stream.of(destinations)
                .map(destination -> new HostRoute(Subnet.parse(destination), "eth0"))
                .toList();
    }
}
