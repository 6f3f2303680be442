// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class HostForwardingTest {
    @TempDir private Path sysctls;

    @BeforeEach
    void aHostThatForwardsNothing() throws IOException {
        write("ipv4/ip_forward", "0");
        write("ipv4/conf/ristretto0/route_localnet", "0");
        write("ipv6/conf/all/forwarding", "0");
        write("ipv6/conf/all/accept_ra", "1");
        write("ipv6/conf/eth0/accept_ra", "1");
        write("ipv6/conf/eth1/accept_ra", "0");
    }

    @Test
    void enable_switchesOnWhatIsOffAndSaysSo() throws IOException {
        var facts = new HostForwarding(sysctls).enable(NftRulesTest.config(true));

        assertThat(read("ipv4/ip_forward")).isEqualTo("1");
        assertThat(read("ipv4/conf/ristretto0/route_localnet")).isEqualTo("1");
        assertThat(read("ipv6/conf/all/forwarding")).isEqualTo("1");
        assertThat(facts)
                .anySatisfy(
                        fact ->
                                assertThat(fact)
                                        .startsWith("sysctl net/ipv4/ip_forward set from 0"));
    }

    @Test
    void enable_keepsTheRouterAdvertisementsThatForwardingWouldEnd() throws IOException {
        var facts = new HostForwarding(sysctls).enable(NftRulesTest.config(true));

        assertThat(read("ipv6/conf/eth0/accept_ra")).isEqualTo("2");
        assertThat(read("ipv6/conf/eth1/accept_ra")).isEqualTo("0");
        assertThat(facts).anyMatch(fact -> fact.contains("eth0/accept_ra"));
    }

    @Test
    void enable_again_changesNothing() throws IOException {
        var forwarding = new HostForwarding(sysctls);
        forwarding.enable(NftRulesTest.config(true));

        assertThat(forwarding.enable(NftRulesTest.config(true))).isEmpty();
    }

    @Test
    void enable_onAKernelWithoutIpv6_namesTheSetting() throws IOException {
        Files.delete(sysctls.resolve("ipv6/conf/all/forwarding"));

        assertThatThrownBy(() -> new HostForwarding(sysctls).enable(NftRulesTest.config(true)))
                .hasMessageContaining("network.ipv6Subnet");
    }

    private void write(String key, String value) throws IOException {
        Files.createDirectories(sysctls.resolve(key).getParent());
        Files.writeString(sysctls.resolve(key), value + "\n");
    }

    private String read(String key) throws IOException {
        return Files.readString(sysctls.resolve(key)).strip();
    }
}
