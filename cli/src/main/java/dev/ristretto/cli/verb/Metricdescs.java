// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import runtime.v1.ListMetricDescriptorsRequest;

import java.util.concurrent.Callable;

@Command(
        name = "metricdescs",
        description = "Show which metrics of pods there are, what they mean and their labels.",
        footer = {"ristretto metricdescs", "ristretto metricdescs -o yaml"})
final class Metricdescs implements Callable<Integer> {
    private final Session session;

    @Mixin private final TreeOutput output = new TreeOutput();

    Metricdescs(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            var request = ListMetricDescriptorsRequest.getDefaultInstance();
            session.out().print(output.render(connection.runtime().listMetricDescriptors(request)));
        }
        return 0;
    }
}
