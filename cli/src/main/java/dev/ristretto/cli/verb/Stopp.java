// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import runtime.v1.StopPodSandboxRequest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "stopp",
        description = "Stop running pods: their containers end, their network is taken down.",
        footer = {"ristretto stopp 4f0c21", "ristretto stopp web"})
final class Stopp implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "1..*", paramLabel = "POD", description = "Ids, or their beginnings.")
    private final List<String> pods = new ArrayList<>();

    Stopp(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            return new EachId(session, "stopp")
                    .run(
                            pods,
                            pod -> {
                                var request =
                                        StopPodSandboxRequest.newBuilder()
                                                .setPodSandboxId(Ids.pod(connection, pod));
                                connection.acting().stopPodSandbox(request.build());
                            });
        }
    }
}
