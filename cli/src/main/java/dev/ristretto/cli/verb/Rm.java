// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.log.LogFiles;
import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.Container;
import runtime.v1.ContainerState;
import runtime.v1.ContainerStatusRequest;
import runtime.v1.ListContainersRequest;
import runtime.v1.RemoveContainerRequest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "rm",
        description = "Remove containers, and their log files with them.",
        footer = {"ristretto rm 9b1d", "ristretto rm -f --keep-logs 9b1d", "ristretto rm -fa"})
final class Rm implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-f", "--force"},
            description = "Running ones too: they are killed.")
    private boolean force;

    @Option(
            names = {"-a", "--all"},
            description = "All containers.")
    private boolean all;

    @Option(
            names = {"-k", "--keep-logs"},
            description = "Leave the log file and its rotations.")
    private boolean keepLogs;

    @Parameters(arity = "0..*", paramLabel = "CONTAINER", description = "Ids, or their beginnings.")
    private final List<String> containers = new ArrayList<>();

    Rm(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (containers.isEmpty() && !all) {
            throw CommandFailure.misused("name the containers to remove, or use --all");
        }
        try (var connection = session.connect()) {
            return new EachId(session, "rm")
                    .run(
                            all ? everything(connection) : containers,
                            container -> remove(connection, Ids.container(connection, container)));
        }
    }

    private static List<String> everything(Connection connection) {
        return connection
                .runtime()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersList()
                .stream()
                .map(Container::getId)
                .toList();
    }

    private void remove(Connection connection, String containerId) throws IOException {
        var request = ContainerStatusRequest.newBuilder().setContainerId(containerId);
        var status = connection.runtime().containerStatus(request.build()).getStatus();
        if (status.getState() == ContainerState.CONTAINER_RUNNING) {
            if (!force) {
                throw CommandFailure.of(
                        "container %s is running; stop it with 'ristretto stop', or use --force",
                        containerId);
            }
            Stop.stop(connection, containerId, 0);
        }
        connection
                .acting()
                .removeContainer(
                        RemoveContainerRequest.newBuilder().setContainerId(containerId).build());
        if (!keepLogs && !status.getLogPath().isEmpty()) {
            LogFiles.delete(Path.of(status.getLogPath()));
        }
    }
}
