// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;

class IpTextTest {
    @ParameterizedTest
    @CsvSource({
        "10.4.0.2, 10.4.0.2",
        "fd00:0:0:0:0:0:0:2, fd00::2",
        "0:0:0:0:0:0:0:1, ::1",
        "0:0:0:0:0:0:0:0, ::",
        "FE80:0:0:0:1:0:0:0, fe80::1:0:0:0",
        "1:0:0:2:0:0:3:4, 1::2:0:0:3:4",
        "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::"
    })
    void of_anAddress_isCanonical(String literal, String canonical) {
        assertThat(IpText.of(InetAddress.ofLiteral(literal))).isEqualTo(canonical);
    }
}
