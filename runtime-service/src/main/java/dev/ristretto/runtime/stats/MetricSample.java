// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import java.time.Instant;
import java.util.List;

/**
 * A metric's value.
 *
 * @param at when it was read
 * @param labels values, in the order of {@link MetricName#labels}
 */
public record MetricSample(MetricName name, Instant at, List<String> labels, long value) {
    public MetricSample {
        labels = List.copyOf(labels);
        if (labels.size() != name.labels().size()) {
            throw new IllegalArgumentException(
                    "%s has labels %s, not %s".formatted(name, name.labels(), labels));
        }
    }
}
