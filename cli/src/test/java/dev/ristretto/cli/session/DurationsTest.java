// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "10, 10000",
        "200ms, 200",
        "1m30s, 90000",
        "1.5h, 5400000",
        "0s, 0",
        "2d, 172800000"
    })
    void parse_readsWhatGoAndPeopleWrite(String text, long millis) {
        assertThat(Durations.parse(text)).hasMillis(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "1x", "-1s", "1s2", "10 s", "99999999999999999999999999s"})
    void parse_refusesTheRest(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'%s' is no duration; write it as 30s, 5m or 1h30m", text);
    }
}
