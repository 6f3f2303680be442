// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.bench.Samples.Summary;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Everything that was found. The first target is the one in question, a second one its peer.
 *
 * @param podshimLines empty if the sources were not given
 */
record Report(
        HostFacts host, Latency.Effort effort, List<Measured> targets, OptionalLong podshimLines) {
    Report {
        targets = List.copyOf(targets);
    }

    /**
     * One endpoint's figures.
     *
     * @param density empty if it was not asked for
     */
    record Measured(
            String name,
            String endpoint,
            Map<Operation, Summary> latency,
            String podNetworkFailure,
            Optional<Density.Result> density) {
        Measured {
            latency = Map.copyOf(latency);
        }
    }

    /** How many times as long the peer takes, at p50; empty without a peer or a figure. */
    Optional<Double> ratio(Operation operation) {
        if (targets.size() < 2) {
            return Optional.empty();
        }
        var ours = targets.get(0).latency().get(operation);
        var theirs = targets.get(1).latency().get(operation);
        return ours == null || theirs == null
                ? Optional.empty()
                : Optional.of(theirs.p50() / ours.p50());
    }
}
