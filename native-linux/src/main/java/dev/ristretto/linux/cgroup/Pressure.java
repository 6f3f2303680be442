// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.util.Optional;

/**
 * How long tasks waited for one resource; see the kernel's {@code psi.rst}.
 *
 * @param some while at least one task waited
 * @param full while all of them did
 */
public record Pressure(Share some, Share full) {
    private static final long NANOS_PER_MICRO = 1000;

    /**
     * A part of the time.
     *
     * @param avg10 percent of the last 10 seconds
     * @param avg60 percent of the last minute
     * @param avg300 percent of the last five minutes
     * @param totalNanos since the cgroup was made
     */
    public record Share(double avg10, double avg60, double avg300, long totalNanos) {
        static final Share NONE = new Share(0, 0, 0, 0);
    }

    /** Reads a {@code *.pressure} file; empty if this is none. */
    static Optional<Pressure> parse(String text) {
        var some = Share.NONE;
        var full = Share.NONE;
        boolean found = false;
        for (var line : text.lines().toList()) {
            if (line.startsWith("some ")) {
                some = share(line);
                found = true;
            } else if (line.startsWith("full ")) {
                full = share(line);
            }
        }
        return found ? Optional.of(new Pressure(some, full)) : Optional.empty();
    }

    private static Share share(String line) {
        return new Share(
                Double.parseDouble(field(line, "avg10=")),
                Double.parseDouble(field(line, "avg60=")),
                Double.parseDouble(field(line, "avg300=")),
                Long.parseLong(field(line, "total=")) * NANOS_PER_MICRO);
    }

    private static String field(String line, String key) {
        int begin = line.indexOf(key);
        if (begin < 0) {
            return "0";
        }
        int end = line.indexOf(' ', begin);
        return line.substring(begin + key.length(), end < 0 ? line.length() : end);
    }
}
