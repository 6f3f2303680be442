// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.log.ContainerLiveness;
import dev.ristretto.cli.log.LogOptions;
import dev.ristretto.cli.log.LogReader;
import dev.ristretto.cli.log.Since;
import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;
import dev.ristretto.cli.session.Session;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.ContainerStatus;
import runtime.v1.ContainerStatusRequest;
import runtime.v1.ReopenContainerLogRequest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

@Command(
        name = "logs",
        description = {
            "Print a container's log: its standard output and error, each on its own.",
            "The file is read here, so this works only on the runtime's host."
        },
        footer = {
            "ristretto logs 9b1d",
            "ristretto logs -f --tail 10 9b1d",
            "ristretto logs -t --since 5m --stream stderr 9b1d"
        })
final class Logs implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the container ends.")
    private boolean follow;

    @Option(
            names = {"-p", "--previous"},
            description = "The log of the container's attempt before this one.")
    private boolean previous;

    @Option(
            names = {"-r", "--reopen"},
            description = "Have the runtime open the file anew first, after a rotation by hand.")
    private boolean reopen;

    @Option(
            names = "--tail",
            paramLabel = "LINES",
            description = "Only so many lines from the end.")
    private @Nullable Long tail;

    @Option(
            names = "--limit-bytes",
            paramLabel = "BYTES",
            description = "No more than so many bytes of it.")
    private @Nullable Long limitBytes;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            defaultValue = "",
            description = "Nothing older: a time, as 2013-01-02T13:23:37Z, or an age, as 42m.")
    private String since = "";

    @Option(
            names = {"-t", "--timestamps"},
            description = "Begin each line with its time.")
    private boolean timestamps;

    @Option(
            names = {"-s", "--stream"},
            paramLabel = "STREAM",
            defaultValue = "both",
            description = "Only stdout or only stderr; both by default.")
    private LogOptions.Streams stream = LogOptions.Streams.BOTH;

    @Parameters(paramLabel = "CONTAINER", description = "The container's id, or its beginning.")
    private String container = "";

    Logs(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var connection = session.connect()) {
            var id = Ids.container(connection, container);
            if (reopen) {
                var request = ReopenContainerLogRequest.newBuilder().setContainerId(id).build();
                connection.acting().reopenContainerLog(request);
            }
            var reader = new LogReader(file(status(connection, id)), options(), session.terminal());
            if (follow) {
                reader.follow(new ContainerLiveness(connection, id));
            } else {
                reader.read();
            }
        }
        return 0;
    }

    private LogOptions options() {
        return new LogOptions(
                tail == null || tail < 0 ? OptionalLong.empty() : OptionalLong.of(tail),
                limitBytes == null ? OptionalLong.empty() : OptionalLong.of(limitBytes),
                since.isEmpty() ? Instant.MIN : Since.parse(since, session.now()),
                timestamps,
                stream);
    }

    private static ContainerStatus status(Connection connection, String id) {
        var request = ContainerStatusRequest.newBuilder().setContainerId(id).build();
        return connection.runtime().containerStatus(request).getStatus();
    }

    private Path file(ContainerStatus status) {
        if (status.getLogPath().isEmpty()) {
            throw CommandFailure.of(
                    "container %s has no log: its pod has no log_directory or it has no log_path",
                    status.getId());
        }
        var log = Path.of(status.getLogPath());
        if (!previous) {
            return log;
        }
        int attempt = status.getMetadata().getAttempt();
        if (attempt == 0) {
            throw CommandFailure.of("container %s is the first attempt", status.getId());
        }
        // The kubelet names a container's log after its attempt.
        return log.resolveSibling(attempt - 1 + ".log");
    }
}
