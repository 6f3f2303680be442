// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.log;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * What of a log is shown.
 *
 * @param tailLines only the last lines, counted as the container wrote them
 * @param limitBytes no more bytes of content than this
 * @param since nothing older; {@link Instant#MIN} for all
 */
public record LogOptions(
        OptionalLong tailLines,
        OptionalLong limitBytes,
        Instant since,
        boolean timestamps,
        Streams streams) {
    /** Which of the container's two outputs. */
    public enum Streams {
        STDOUT,
        STDERR,
        BOTH
    }

    /** All of it, plain. */
    public static LogOptions everything() {
        return new LogOptions(
                OptionalLong.empty(), OptionalLong.empty(), Instant.MIN, false, Streams.BOTH);
    }
}
