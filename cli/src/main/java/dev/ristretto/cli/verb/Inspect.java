// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.output.Table;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import runtime.v1.ContainerStatus;
import runtime.v1.ContainerStatusRequest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "inspect",
        description = "Show all about containers.",
        footer = {"ristretto inspect 9b1d", "ristretto inspect -o table 9b1d"})
final class Inspect implements Callable<Integer> {
    private final Session session;

    @Mixin private final StatusOutput output = new StatusOutput();

    @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "Ids, or their beginnings.")
    private final List<String> containers = new ArrayList<>();

    Inspect(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var trees = new ArrayList<ObjectNode>();
        var table =
                new Table(
                        "CONTAINER",
                        "NAME",
                        "ATTEMPT",
                        "STATE",
                        "EXIT CODE",
                        "REASON",
                        "CREATED",
                        "STARTED",
                        "FINISHED",
                        "IMAGE",
                        "LOG");
        try (var connection = session.connect()) {
            for (var container : containers) {
                var request =
                        ContainerStatusRequest.newBuilder()
                                .setContainerId(Ids.container(connection, container))
                                .setVerbose(output.verbose());
                var answer = connection.runtime().containerStatus(request.build());
                trees.add(output.tree(answer.getStatus(), answer.getInfoMap()));
                add(table, answer.getStatus());
            }
        }
        session.out().print(output.table() ? table.render() : output.render(trees));
        return 0;
    }

    private static void add(Table table, ContainerStatus status) {
        table.row(
                Human.shortId(status.getId()),
                status.getMetadata().getName(),
                Integer.toUnsignedString(status.getMetadata().getAttempt()),
                Words.state(status.getState()),
                status.getFinishedAt() == 0 ? "" : String.valueOf(status.getExitCode()),
                status.getReason(),
                time(status.getCreatedAt()),
                time(status.getStartedAt()),
                time(status.getFinishedAt()),
                status.getImage().getImage(),
                status.getLogPath());
    }

    private static String time(long nanos) {
        return nanos == 0 ? "" : Human.instant(nanos).toString();
    }
}
