// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {
    @ParameterizedTest
    @CsvSource({
        "10.93.0.0/16, 1, 10.93.0.1",
        "10.93.0.0/16, 256, 10.93.1.0",
        "192.0.2.128/25, 5, 192.0.2.133",
        "fd93::/64, 2, fd93::2",
        "fd93::/64, 65536, fd93::1:0",
        "255.255.255.0/24, 7, 255.255.255.7"
    })
    void address_countsFromTheStart(String cidr, int index, String address) {
        assertThat(IpText.of(Subnet.parse(cidr).address(index))).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/24, 255", "10.0.0.0/30, 3", "fd93::/64, 1048576", "10.0.0.0/8, 1048576"})
    void size_leavesOutTheBroadcastAddress(String cidr, int size) {
        assertThat(Subnet.parse(cidr).size()).isEqualTo(size);
    }

    @ParameterizedTest
    @CsvSource({
        "10.93.0.0/16, 10.93.7.0/24, true",
        "10.93.7.0/24, 10.93.0.0/16, true",
        "10.93.0.0/16, 10.94.0.0/16, false",
        "10.93.0.0/16, fd93::/64, false",
        "fd93::/64, fd93:0:0:1::/64, false",
        "fd93::/48, fd93:0:0:1::/64, true"
    })
    void overlaps_ifOneHoldsTheOther(String one, String other, boolean expected) {
        assertThat(Subnet.parse(one).overlaps(Subnet.parse(other))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "/8", "localhost/8", "a/b", "x"})
    void parse_ofSomethingElse_isRefused(String cidr) {
        assertThatThrownBy(() -> Subnet.parse(cidr)).hasMessageContaining("subnet");
    }

    @Test
    void parse_withHostBits_saysSo() {
        assertThatThrownBy(() -> Subnet.parse("10.93.0.1/16"))
                .hasMessage("subnet 10.93.0.1/16 has bits set beyond its prefix");
    }
}
