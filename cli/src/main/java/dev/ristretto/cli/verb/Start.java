// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import runtime.v1.StartContainerRequest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "start",
        description = "Start created containers.",
        footer = {"ristretto start 9b1d"})
final class Start implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "Ids, or their beginnings.")
    private final List<String> containers = new ArrayList<>();

    Start(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            return new EachId(session, "start")
                    .run(
                            containers,
                            container -> {
                                var request =
                                        StartContainerRequest.newBuilder()
                                                .setContainerId(
                                                        Ids.container(connection, container));
                                connection.acting().startContainer(request.build());
                            });
        }
    }
}
