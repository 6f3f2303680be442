// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;

class ResolvConfTest {
    @Test
    void contentFor_anEmptyConfig_isTheHostsFile() {
        var host = "# made by hand\nnameserver 192.0.2.53\n";

        assertThat(ResolvConf.contentFor(DnsConfig.none(), host)).isEqualTo(host);
    }

    @Test
    void contentFor_aConfig_hasOnlyWhatItSays() {
        var dnsConfig =
                new DnsConfig(
                        List.of("10.96.0.10", "fd00::a"),
                        List.of("default.svc.cluster.local", "cluster.local"),
                        List.of("ndots:5", "edns0"));

        assertThat(ResolvConf.contentFor(dnsConfig, "nameserver 192.0.2.53\n"))
                .isEqualTo(
                        """
                        search default.svc.cluster.local cluster.local
                        nameserver 10.96.0.10
                        nameserver fd00::a
                        options ndots:5 edns0
                        """);
    }

    @Test
    void contentFor_aValueWithALineBreak_isRefusedByItsField() {
        var dnsConfig =
                new DnsConfig(List.of("10.0.0.1\nnameserver 6.6.6.6"), List.of(), List.of());

        assertThatThrownBy(() -> ResolvConf.contentFor(dnsConfig, ""))
                .hasMessageContaining("dns_config.servers");
    }
}
