// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import runtime.v1.StatusRequest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Rounds of pod lives, the targets in turn, so that a slow minute of the host hits all of them. */
final class Latency {
    private final PodConfigs configs;
    private final Interruption interruption;
    private final Consumer<String> progress;

    /**
     * How much is measured.
     *
     * @param warmups pod lives before the first round that are not counted
     * @param operations pod lives in each round
     */
    record Effort(int rounds, int operations, int warmups, boolean podNetwork) {}

    /**
     * @param podNetworkFailure why there are no figures of the pod network; empty if there are
     */
    record Result(Samples samples, String podNetworkFailure) {}

    Latency(PodConfigs configs, Interruption interruption, Consumer<String> progress) {
        this.configs = configs;
        this.interruption = interruption;
        this.progress = progress;
    }

    Map<Target, Result> measure(List<Target> targets, Effort effort) {
        var results = new LinkedHashMap<Target, Result>();
        for (var target : targets) {
            progress.accept("warming up " + target.name());
            results.put(target, new Result(new Samples(), warmUp(target, effort)));
        }
        for (int round = 1; round <= effort.rounds(); round++) {
            for (var result : results.entrySet()) {
                progress.accept(
                        "round %d of %d: %s"
                                .formatted(round, effort.rounds(), result.getKey().name()));
                round(result.getKey(), result.getValue(), effort);
            }
        }
        return results;
    }

    private String warmUp(Target target, Effort effort) {
        var uncounted = new Samples();
        var cycle = new Cycle(target, configs, interruption);
        for (int i = 0; i < effort.warmups(); i++) {
            cycle.whole(uncounted);
        }
        if (!effort.podNetwork()) {
            return "not asked for";
        }
        // Asked, not tried: containerd without CNI keeps the failed pod and cannot remove it.
        var failure = networkFailure(target);
        for (int i = 0; failure.isEmpty() && i < effort.warmups(); i++) {
            cycle.podOnly(uncounted, PodNetwork.POD);
        }
        return failure;
    }

    private static String networkFailure(Target target) {
        var request = StatusRequest.getDefaultInstance();
        var status = target.connection().runtime().status(request).getStatus();
        return status.getConditionsList().stream()
                .filter(condition -> condition.getType().equals("NetworkReady"))
                .filter(condition -> !condition.getStatus())
                .map(condition -> "not ready: " + condition.getMessage())
                .findFirst()
                .orElse("");
    }

    private void round(Target target, Result result, Effort effort) {
        var cycle = new Cycle(target, configs, interruption);
        for (int i = 0; i < effort.operations(); i++) {
            cycle.whole(result.samples());
            if (result.podNetworkFailure().isEmpty()) {
                cycle.podOnly(result.samples(), PodNetwork.POD);
            }
        }
    }
}
