// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

class HumanTest {
    @ParameterizedTest
    @CsvSource({
        "0, Less than a second",
        "1, 1 second",
        "59, 59 seconds",
        "60, About a minute",
        "120, 2 minutes",
        "3599, 59 minutes",
        "3600, About an hour",
        "7200, 2 hours",
        "172799, 2 days",
        "1209600, 2 weeks",
        "5184000, 2 months",
        "63072000, 2 years"
    })
    void duration_isRoundedAsCrictlRoundsIt(long seconds, String words) {
        assertThat(Human.duration(Duration.ofSeconds(seconds))).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 3, 0B",
        "999, 3, 999B",
        "1000, 3, 1kB",
        "4262400, 3, 4.26MB",
        "72512345, 3, 72.5MB",
        "725123450, 3, 725MB",
        "1234567890123, 4, 1.235TB",
        "100000, 3, 100kB"
    })
    void size_hasAsManyDigitsAsAskedFor(long bytes, int digits, String text) {
        assertThat(Human.size(bytes, digits)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "sha256:0123456789abcdef, 0123456789abc",
        "0123456789abcdef, 0123456789abc",
        "abc, abc"
    })
    void shortId_isThirteenDigits(String id, String shortId) {
        assertThat(Human.shortId(id)).isEqualTo(shortId);
    }
}
