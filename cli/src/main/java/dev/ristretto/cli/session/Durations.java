// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.session;

import java.time.Duration;
import java.util.regex.Pattern;

/** Durations as people and Go write them. */
public final class Durations {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h|d)");
    private static final Pattern WHOLE = Pattern.compile("(?:\\d+(?:\\.\\d+)?(?:ms|s|m|h|d))+");

    private Durations() {}

    /**
     * Reads {@code 90s}, {@code 1m30s}, {@code 1.5h}, {@code 200ms}; a plain number is seconds.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Duration parse(String text) {
        if (text.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        if (!WHOLE.matcher(text).matches() || text.length() > 24) {
            throw new IllegalArgumentException(
                    "'%s' is no duration; write it as 30s, 5m or 1h30m".formatted(text));
        }
        double millis = 0;
        var parts = PART.matcher(text);
        while (parts.find()) {
            millis += Double.parseDouble(parts.group(1)) * millisOf(parts.group(2));
        }
        return Duration.ofMillis(Math.round(millis));
    }

    private static long millisOf(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> throw new IllegalStateException(unit);
        };
    }
}
