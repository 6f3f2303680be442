// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import runtime.v1.NetworkConfig;
import runtime.v1.RuntimeConfig;
import runtime.v1.UpdateRuntimeConfigRequest;

import java.util.concurrent.Callable;

@Command(
        name = "update-runtime-config",
        description = "Tell the runtime the range of pods' addresses, as the kubelet does.",
        footer = {"ristretto update-runtime-config --pod-cidr 10.88.7.0/24"})
final class UpdateRuntimeConfiguration implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-p", "--pod-cidr"},
            paramLabel = "CIDR",
            defaultValue = "",
            description = "The range; empty, the default, changes nothing.")
    private String podCidr = "";

    UpdateRuntimeConfiguration(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            var network = NetworkConfig.newBuilder().setPodCidr(podCidr);
            var config = RuntimeConfig.newBuilder().setNetworkConfig(network);
            var request = UpdateRuntimeConfigRequest.newBuilder().setRuntimeConfig(config);
            var _ = connection.acting().updateRuntimeConfig(request.build());
        }
        return 0;
    }
}
