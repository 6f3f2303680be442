// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.Container;
import runtime.v1.ContainerFilter;
import runtime.v1.ContainerState;
import runtime.v1.ContainerStateValue;
import runtime.v1.ListContainersRequest;
import runtime.v1.StopContainerRequest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "stop",
        description = "Stop running containers.",
        footer = {"ristretto stop --timeout 10 9b1d", "ristretto stop -a"})
final class Stop implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "SECONDS",
            description = {
                "How long the stop signal has before SIGKILL follows.",
                "0, the default, kills at once, as crictl does."
            })
    private long timeoutSeconds;

    @Option(
            names = {"-a", "--all"},
            description = "All running containers.")
    private boolean all;

    @Parameters(arity = "0..*", paramLabel = "CONTAINER", description = "Ids, or their beginnings.")
    private final List<String> containers = new ArrayList<>();

    Stop(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (containers.isEmpty() && !all) {
            throw CommandFailure.misused("name the containers to stop, or use --all");
        }
        try (var connection = session.connect()) {
            return new EachId(session, "stop")
                    .run(
                            all ? running(connection) : containers,
                            container ->
                                    stop(
                                            connection,
                                            Ids.container(connection, container),
                                            timeoutSeconds));
        }
    }

    private static List<String> running(Connection connection) {
        var filter =
                ContainerFilter.newBuilder()
                        .setState(
                                ContainerStateValue.newBuilder()
                                        .setState(ContainerState.CONTAINER_RUNNING));
        return connection
                .runtime()
                .listContainers(ListContainersRequest.newBuilder().setFilter(filter).build())
                .getContainersList()
                .stream()
                .map(Container::getId)
                .toList();
    }

    /** Waits for the grace period and then as long as for any other call. */
    static void stop(Connection connection, String containerId, long timeoutSeconds) {
        var patience = connection.patience().acting().plusSeconds(Math.max(timeoutSeconds, 0));
        connection
                .runtime(patience)
                .stopContainer(
                        StopContainerRequest.newBuilder()
                                .setContainerId(containerId)
                                .setTimeout(timeoutSeconds)
                                .build());
    }
}
