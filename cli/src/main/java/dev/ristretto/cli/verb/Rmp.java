// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.ListPodSandboxRequest;
import runtime.v1.PodSandbox;
import runtime.v1.PodSandboxState;
import runtime.v1.PodSandboxStatusRequest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "rmp",
        description = {
            "Remove pods with their containers.",
            "The logs of pods that 'run' made go with them."
        },
        footer = {"ristretto rmp 4f0c21", "ristretto rmp -f web", "ristretto rmp -fa"})
final class Rmp implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-f", "--force"},
            description = "Running ones too: they are stopped first.")
    private boolean force;

    @Option(
            names = {"-a", "--all"},
            description = "All pods.")
    private boolean all;

    @Parameters(arity = "0..*", paramLabel = "POD", description = "Ids, or their beginnings.")
    private final List<String> pods = new ArrayList<>();

    Rmp(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (pods.isEmpty() && !all) {
            throw CommandFailure.misused("name the pods to remove, or use --all");
        }
        try (var connection = session.connect()) {
            return new EachId(session, "rmp")
                    .run(
                            all ? everything(connection) : pods,
                            pod -> remove(connection, Ids.pod(connection, pod)));
        }
    }

    private static List<String> everything(Connection connection) {
        return connection
                .runtime()
                .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                .getItemsList()
                .stream()
                .map(PodSandbox::getId)
                .toList();
    }

    private void remove(Connection connection, String podSandboxId) throws IOException {
        if (force) {
            PodRemoval.stopAndRemove(connection, podSandboxId);
            return;
        }
        if (isReady(connection, podSandboxId)) {
            throw CommandFailure.of(
                    "pod %s is running; stop it with 'ristretto stopp', or use --force",
                    podSandboxId);
        }
        PodRemoval.remove(connection, podSandboxId);
    }

    private static boolean isReady(Connection connection, String podSandboxId) {
        var request = PodSandboxStatusRequest.newBuilder().setPodSandboxId(podSandboxId);
        return connection.runtime().podSandboxStatus(request.build()).getStatus().getState()
                == PodSandboxState.SANDBOX_READY;
    }
}
