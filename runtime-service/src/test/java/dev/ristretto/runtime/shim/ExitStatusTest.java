// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExitStatusTest {
    @ParameterizedTest
    @CsvSource({
        "0x0000, 0",
        "0x0100, 1",
        "0xff00, 255",
        "0x0009, 137",
        "0x000f, 143",
        "0x008b, 139"
    })
    void waitStatus_isReadAsWait2Says(String status, int exitCode) {
        assertThat(ExitStatus.ofWaitStatus(Integer.decode(status)).exitCode()).isEqualTo(exitCode);
    }

    @ParameterizedTest
    @ValueSource(longs = {0x137f, 0xffff, 0x10000, -1})
    void waitStatus_ofAProcessThatHasNotEnded_isRefused(long status) {
        assertThatThrownBy(() -> ExitStatus.ofWaitStatus(status))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
