// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Ages, sizes and ids for people, in the words crictl uses. */
public final class Human {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    private static final int SHORT_ID = 13;

    private Human() {}

    /** Such as {@code 3 minutes ago}; nothing for what never happened. */
    public static String age(Instant then, Instant now) {
        if (then.equals(Instant.EPOCH)) {
            return "";
        }
        return duration(Duration.between(then, now)) + " ago";
    }

    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        long minutes = duration.toMinutes();
        long hours = Math.round(seconds / 3600.0);
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds < 60) {
            return seconds == 1 ? "1 second" : seconds + " seconds";
        }
        if (minutes < 60) {
            return minutes == 1 ? "About a minute" : minutes + " minutes";
        }
        if (hours <= 1) {
            return "About an hour";
        }
        return hours < 48 ? hours + " hours" : days(hours);
    }

    private static String days(long hours) {
        long days = hours / 24;
        if (days < 14) {
            return days + " days";
        }
        if (days < 60) {
            return days / 7 + " weeks";
        }
        return days < 730 ? days / 30 + " months" : days / 365 + " years";
    }

    /** Decimal units, as {@code 4.26MB}; at most {@code digits} significant ones. */
    public static String size(long bytes, int digits) {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return significant(value, digits) + UNITS[unit];
    }

    private static String significant(double value, int digits) {
        int before = value >= 100 ? 3 : value >= 10 ? 2 : 1;
        var text = String.format(Locale.ROOT, "%." + Math.max(digits - before, 0) + "f", value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }

    /** The first 13 digits, without an algorithm's name before them. */
    public static String shortId(String id) {
        var hex = id.startsWith("sha256:") ? id.substring("sha256:".length()) : id;
        return hex.length() > SHORT_ID ? hex.substring(0, SHORT_ID) : hex;
    }

    /** CRI timestamps are nanoseconds since the epoch. */
    public static Instant instant(long unixNanos) {
        return Instant.EPOCH.plusNanos(unixNanos);
    }
}
