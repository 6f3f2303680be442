// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Collects the samples of one container or pod, which have the first labels in common. */
final class Samples {
    private static final long NANOS = 1_000_000_000L;

    private final List<MetricSample> samples = new ArrayList<>();
    private final List<String> base;

    Samples(List<String> base) {
        this.base = List.copyOf(base);
    }

    void add(MetricName name, Instant at, long value, String... labels) {
        var all = new ArrayList<>(base);
        all.addAll(List.of(labels));
        samples.add(new MetricSample(name, at, all, value));
    }

    /** The CRI carries whole numbers. */
    void addSeconds(MetricName name, Instant at, long nanos, String... labels) {
        add(name, at, nanos / NANOS, labels);
    }

    /** 0 means that there is no limit. */
    void addLimit(MetricName name, Instant at, OptionalLong limit) {
        add(name, at, Math.max(0, limit.orElse(0)));
    }

    List<MetricSample> list() {
        return List.copyOf(samples);
    }
}
