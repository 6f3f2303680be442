// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

import java.time.Instant;
import java.util.Optional;

/**
 * What is done so often that only figures of it are kept: probes.
 *
 * @param lastAt when the last one began
 * @param lastFailure of the last one that failed
 */
public record Repeats(
        String rpc,
        long count,
        long failures,
        Instant lastAt,
        long lastNanos,
        long longestNanos,
        Optional<Failure> lastFailure) {
    static Repeats first(Call call) {
        return new Repeats(
                call.what(),
                1,
                call.failure().isPresent() ? 1 : 0,
                call.at(),
                call.soFarNanos(),
                call.soFarNanos(),
                call.failure());
    }

    Repeats and(Call call) {
        return new Repeats(
                rpc,
                count + 1,
                failures + (call.failure().isPresent() ? 1 : 0),
                call.at(),
                call.soFarNanos(),
                Math.max(longestNanos, call.soFarNanos()),
                call.failure().or(this::lastFailure));
    }
}
