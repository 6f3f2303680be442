// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.log;

import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Durations;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;

/** What {@code --since} takes: how long ago, or a time. */
public final class Since {
    private Since() {}

    /**
     * Reads {@code 42m}, seconds since the epoch, {@code 2013-01-02}, {@code 2013-01-02T13:23:37},
     * in local time unless a zone follows.
     */
    public static Instant parse(String text, Instant now) {
        try {
            if (text.matches("\\d+(\\.\\d+)?")) {
                return Instant.ofEpochMilli(Math.round(Double.parseDouble(text) * 1000));
            }
            if (!text.contains("T") && !text.contains("-")) {
                return now.minus(Durations.parse(text));
            }
            return time(text);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw CommandFailure.because(
                    e,
                    "--since '%s' is neither a time (2013-01-02T13:23:37Z) nor an age (42m)",
                    text);
        }
    }

    private static Instant time(String text) {
        if (text.matches(".*T.*(Z|[+-]\\d\\d:?\\d\\d)")) {
            return OffsetDateTime.parse(text).toInstant();
        }
        var local =
                text.contains("T")
                        ? LocalDateTime.parse(text)
                        : LocalDate.parse(text).atStartOfDay();
        return local.atZone(ZoneId.systemDefault()).toInstant();
    }
}
