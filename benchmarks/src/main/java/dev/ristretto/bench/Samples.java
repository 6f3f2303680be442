// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Durations by operation, in nanoseconds. */
final class Samples {
    private final Map<Operation, long[]> nanos = new EnumMap<>(Operation.class);

    /** What is reported of an operation; times in milliseconds. */
    record Summary(int count, double p50, double p99, double min, double max) {}

    void add(Operation operation, long duration) {
        nanos.merge(operation, new long[] {duration}, Samples::concat);
    }

    void addAll(Samples other) {
        other.nanos.forEach(
                (operation, more) -> nanos.merge(operation, more.clone(), Samples::concat));
    }

    /** Empty for what was not measured. */
    Optional<Summary> summary(Operation operation) {
        var all = nanos.get(operation);
        if (all == null) {
            return Optional.empty();
        }
        var sorted = all.clone();
        Arrays.sort(sorted);
        return Optional.of(
                new Summary(
                        sorted.length,
                        percentile(sorted, 50),
                        percentile(sorted, 99),
                        millis(sorted[0]),
                        millis(sorted[sorted.length - 1])));
    }

    /** The nearest rank: a value that was measured, not one between two. */
    private static double percentile(long[] sorted, int percent) {
        int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
        return millis(sorted[Math.max(rank - 1, 0)]);
    }

    private static double millis(long duration) {
        return duration / 1e6;
    }

    private static long[] concat(long[] left, long[] right) {
        var both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }
}
