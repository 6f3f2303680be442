// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuWeightTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "2, 1",
        "3, 2",
        "102, 17",
        "1024, 100",
        "2048, 174",
        "262143, 10000",
        "262144, 10000"
    })
    void ofShares_isTheQuadraticFormula(long shares, long weight) {
        assertThat(CpuWeight.ofShares(shares)).isEqualTo(weight);
    }

    @Test
    void toShares_ofEveryWeight_isWrittenAsThatWeightAgain() {
        for (long weight = 1; weight <= 10_000; weight++) {
            assertThat(CpuWeight.ofShares(CpuWeight.toShares(weight)))
                    .as("weight %d", weight)
                    .isEqualTo(weight);
        }
    }

    @Test
    void toShares_ofTheDefault_isTheDefault() {
        assertThat(CpuWeight.toShares(100)).isEqualTo(1024);
    }
}
