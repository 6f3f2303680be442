// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessorTimeTest {
    @Test
    void timeInUserModeAndInTheKernel_isAdded() {
        var stat = "42 (a) b) S 1 42 42 0 -1 4194560 5 0 0 0 250 50 7 8 20 0 1 0 9 10 11";

        assertThat(ProcessorTime.parse(stat)).isEqualTo(3.0);
        assertThat(ProcessorTime.parseWithReaped(stat)).isEqualTo(3.15);
    }

    @Test
    void thisProcess_hasRun() throws Exception {
        assertThat(ProcessorTime.seconds((int) ProcessHandle.current().pid())).isPositive();
    }
}
