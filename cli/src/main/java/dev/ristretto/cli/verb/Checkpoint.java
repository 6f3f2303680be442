// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.CheckpointContainerRequest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "checkpoint",
        description = {
            "Write the state of running containers to an archive.",
            "ristrettod answers that it cannot; other runtimes may."
        },
        footer = {"ristretto checkpoint --export /var/tmp/web.tar 9b1d"})
final class Checkpoint implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-e", "--export"},
            paramLabel = "FILE",
            defaultValue = "",
            description = "The archive, as the runtime's host names it.")
    private String export = "";

    @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "Ids, or their beginnings.")
    private final List<String> containers = new ArrayList<>();

    Checkpoint(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            return new EachId(session, "checkpoint")
                    .run(
                            containers,
                            container -> {
                                var request =
                                        CheckpointContainerRequest.newBuilder()
                                                .setContainerId(
                                                        Ids.container(connection, container))
                                                .setLocation(export);
                                var _ = connection.acting().checkpointContainer(request.build());
                            });
        }
    }
}
