// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.cli.session.CommandFailure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

class SinceTest {
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "42m, 2026-01-01T23:18:00Z",
        "1h30m, 2026-01-01T22:30:00Z",
        "2013-01-02T13:23:37Z, 2013-01-02T13:23:37Z",
        "2013-01-02T13:23:37.5+02:00, 2013-01-02T11:23:37.500Z",
        "1136073600, 2006-01-01T00:00:00Z",
        "1136073600.25, 2006-01-01T00:00:00.250Z"
    })
    void parse_readsAgesAndTimes(String text, Instant time) {
        assertThat(Since.parse(text, NOW)).isEqualTo(time);
    }

    @Test
    void aTimeWithoutAZone_isLocal() {
        var local = LocalDateTime.parse("2013-01-02T13:23:37").atZone(ZoneId.systemDefault());

        assertThat(Since.parse("2013-01-02T13:23:37", NOW)).isEqualTo(local.toInstant());
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2013-13-01", "T", "5 m"})
    void parse_refusesTheRest(String text) {
        assertThatThrownBy(() -> Since.parse(text, NOW))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("--since '" + text + "' is neither a time");
    }
}
