// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.Random;

class RetryPolicyTest {
    private static final RetryPolicy POLICY =
            new RetryPolicy(6, Duration.ofMillis(500), Duration.ofSeconds(20));

    @ParameterizedTest
    @CsvSource({
        "1, 250, 500",
        "2, 500, 1000",
        "4, 2000, 4000",
        "9, 10000, 20000",
        "80, 10000, 20000"
    })
    void pauseAfter_doublesUpToTheLongest(int failures, long least, long most) {
        var random = new Random(7);
        for (int i = 0; i < 100; i++) {
            assertThat(POLICY.pauseAfter(failures, random).toMillis()).isBetween(least, most);
        }
    }
}
