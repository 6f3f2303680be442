// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and how long to wait for a registry that is busy or breaks connections.
 *
 * @param attempts requests sent before giving up, at least 1
 * @param firstPause the pause after the first failure; each further one is twice as long
 * @param longestPause no pause is longer, whatever {@code Retry-After} says
 */
public record RetryPolicy(int attempts, Duration firstPause, Duration longestPause) {
    /** Six requests within about half a minute. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(6, Duration.ofMillis(500), Duration.ofSeconds(20));

    /** The pause after a failed attempt, half of it random, so that many nodes do not march. */
    Duration pauseAfter(int failures, RandomGenerator random) {
        var full = firstPause.multipliedBy(1L << Math.min(failures - 1, 20));
        long millis = Math.max(2, bounded(full).toMillis());
        return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2));
    }

    /** A pause that the server asked for. */
    Duration bounded(Duration asked) {
        return asked.compareTo(longestPause) < 0 ? asked : longestPause;
    }
}
