// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.Inet6Address;
import java.util.Optional;

final class IpPrefixTest {
    @ParameterizedTest
    @CsvSource({
        "10.88.3.1/16, 10.88.0.0/16",
        "10.88.3.255/31, 10.88.3.254/31",
        "1.2.3.4, 1.2.3.4/32",
        "1.2.3.4/0, 0.0.0.0/0",
        "fd00::1/64, fd00::/64",
        "fd00:0:0:1ff::/55, fd00:0:0:0:0:0:0:0/55",
    })
    void network_hasNoHostBits(String prefix, String network) {
        assertThat(IpPrefix.parse(prefix).network()).isEqualTo(IpPrefix.parse(network));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1/33", "10.0.0.1/-1", "fd00::/129", "host/8", "1.2.3.4/x"})
    void parse_ofNonsense_isRefused(String text) {
        assertThatThrownBy(() -> IpPrefix.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void linkLocal_isWhatTheKernelMakesOfAMacAddress() {
        assertThat(MacAddress.parse("02:72:0a:5d:00:01").linkLocal())
                .isEqualTo(IpPrefix.parse("fe80::72:aff:fe5d:1/64"));
    }

    @Test
    void mappedAddress_staysIpv6() {
        var mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;

        assertThat(IpPrefix.addressOf(mapped)).isInstanceOf(Inet6Address.class);
    }

    @Test
    void route_withHostBitsOrAnotherFamily_isRefused() {
        var gateway = Optional.of(IpPrefix.parse("fd00::1").address());

        assertThatThrownBy(() -> new Route(IpPrefix.parse("10.0.0.1/8"), Optional.empty(), 1))
                .hasMessageContaining("host bits");
        assertThatThrownBy(() -> new Route(IpPrefix.parse("10.0.0.0/8"), gateway, 1))
                .hasMessageContaining("family");
    }

    @Test
    void macAddress_readsWhatItPrints() {
        assertThat(MacAddress.parse("02:42:0a:ff:00:01")).hasToString("02:42:0a:ff:00:01");
        assertThatThrownBy(() -> MacAddress.parse("02:42")).hasMessageContaining("6 bytes");
    }
}
