// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import runtime.v1.ListPodSandboxMetricsRequest;

import java.time.Duration;
import java.util.concurrent.Callable;

@Command(
        name = "metricsp",
        description = "Show the metrics of pods and their containers, as the kubelet reads them.",
        footer = {"ristretto metricsp", "ristretto metricsp -w -o yaml"})
final class Metricsp implements Callable<Integer> {
    private static final Duration BETWEEN = Duration.ofSeconds(1);

    private final Session session;

    @Mixin private final TreeOutput output = new TreeOutput();

    @Option(
            names = {"-w", "--watch"},
            description = "Show them each second, until Ctrl-C.")
    private boolean watch;

    Metricsp(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var connection = session.connect()) {
            while (true) {
                var request = ListPodSandboxMetricsRequest.getDefaultInstance();
                var metrics = connection.runtime().listPodSandboxMetrics(request);
                session.out().print(output.render(metrics));
                if (!watch || session.out().checkError()) {
                    return 0;
                }
                TwoLooks.pause(BETWEEN);
            }
        }
    }
}
