// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.bench.Samples.Summary;

import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void summary_hasNearestRanks_inMilliseconds() {
        var samples = new Samples();
        for (int i = 200; i >= 1; i--) {
            samples.add(Operation.EXEC_SYNC, i * 1_000_000L);
        }

        assertThat(samples.summary(Operation.EXEC_SYNC))
                .contains(new Summary(200, 100, 198, 1, 200));
    }

    @Test
    void summary_ofOne_isThatOne_andOfNone_isNone() {
        var samples = new Samples();
        samples.add(Operation.EXEC_SYNC, 2_500_000);

        assertThat(samples.summary(Operation.EXEC_SYNC))
                .contains(new Summary(1, 2.5, 2.5, 2.5, 2.5));
        assertThat(samples.summary(Operation.STOP_CONTAINER)).isEmpty();
    }
}
