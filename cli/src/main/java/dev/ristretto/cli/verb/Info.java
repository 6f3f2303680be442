// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.output.Table;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import runtime.v1.StatusRequest;
import runtime.v1.StatusResponse;

import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "info",
        description = "Show the runtime's conditions, handlers and features.",
        footer = {"ristretto info", "ristretto info -o table"})
final class Info implements Callable<Integer> {
    private final Session session;

    @Mixin private final StatusOutput output = new StatusOutput();

    Info(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            var request = StatusRequest.newBuilder().setVerbose(output.verbose()).build();
            var answer = connection.runtime().status(request);
            session.out().print(output.table() ? table(answer) : tree(answer));
        }
        return 0;
    }

    private String tree(StatusResponse answer) {
        var tree = output.tree(answer.getStatus(), answer.getInfoMap());
        var handlers = answer.getRuntimeHandlersList().stream().map(output::plain).toList();
        tree.set("runtimeHandlers", output.array(handlers));
        if (answer.hasFeatures()) {
            tree.set("features", output.plain(answer.getFeatures()));
        }
        return output.render(List.of(tree));
    }

    private static String table(StatusResponse answer) {
        var table = new Table("CONDITION", "STATUS", "REASON", "MESSAGE");
        for (var condition : answer.getStatus().getConditionsList()) {
            table.row(
                    condition.getType(),
                    condition.getStatus() ? "yes" : "no",
                    condition.getReason(),
                    condition.getMessage());
        }
        return table.render();
    }
}
