// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.output.Table;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import runtime.v1.PodIP;
import runtime.v1.PodSandboxStatus;
import runtime.v1.PodSandboxStatusRequest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "inspectp",
        description = "Show all about pods.",
        footer = {"ristretto inspectp 4f0c21", "ristretto inspectp -o yaml web"})
final class Inspectp implements Callable<Integer> {
    private final Session session;

    @Mixin private final StatusOutput output = new StatusOutput();

    @Parameters(arity = "1..*", paramLabel = "POD", description = "Ids, or their beginnings.")
    private final List<String> pods = new ArrayList<>();

    Inspectp(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var trees = new ArrayList<ObjectNode>();
        var table =
                new Table(
                        "POD ID",
                        "NAME",
                        "NAMESPACE",
                        "UID",
                        "ATTEMPT",
                        "STATE",
                        "CREATED",
                        "ADDRESSES");
        try (var connection = session.connect()) {
            for (var pod : pods) {
                var request =
                        PodSandboxStatusRequest.newBuilder()
                                .setPodSandboxId(Ids.pod(connection, pod))
                                .setVerbose(output.verbose());
                var answer = connection.runtime().podSandboxStatus(request.build());
                trees.add(output.tree(answer.getStatus(), answer.getInfoMap()));
                add(table, answer.getStatus());
            }
        }
        session.out().print(output.table() ? table.render() : output.render(trees));
        return 0;
    }

    private static void add(Table table, PodSandboxStatus status) {
        table.row(
                Human.shortId(status.getId()),
                status.getMetadata().getName(),
                status.getMetadata().getNamespace(),
                status.getMetadata().getUid(),
                Integer.toUnsignedString(status.getMetadata().getAttempt()),
                Words.state(status.getState()),
                Human.instant(status.getCreatedAt()).toString(),
                addresses(status));
    }

    private static String addresses(PodSandboxStatus status) {
        var all = new ArrayList<String>();
        if (!status.getNetwork().getIp().isEmpty()) {
            all.add(status.getNetwork().getIp());
        }
        status.getNetwork().getAdditionalIpsList().stream().map(PodIP::getIp).forEach(all::add);
        return String.join(", ", all);
    }
}
