// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.CommandWords;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.ExecSyncRequest;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "exec",
        description = {
            "Run a command in a running container; its exit code becomes this command's.",
            "It runs synchronously, with and without --sync: it gets no standard input, and what it"
                    + " prints (up to 16 MiB) is shown when it has ended. This command does not"
                    + " stream yet."
        },
        footer = {
            "ristretto exec -s 9b1d ls -l /",
            "ristretto exec -s --timeout 5 9b1d sh -c 'echo $HOSTNAME'"
        })
final class Exec implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-s", "--sync"},
            description = "Run synchronously, which is what is done in any case.")
    private boolean sync;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Kill the command after this time; 0, the default, never.")
    private long timeoutSeconds;

    @Option(
            names = {"-i", "--interactive"},
            description = "Refused: there is no streaming yet.")
    private boolean interactive;

    @Option(
            names = {"-t", "--tty"},
            description = "Refused: there is no streaming yet.")
    private boolean tty;

    @Parameters(
            index = "0",
            paramLabel = "CONTAINER",
            description = "The container's id, or its beginning.")
    private String container = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "COMMAND",
            description = "Program and arguments.")
    private final List<String> command = new ArrayList<>();

    Exec(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        if (interactive || tty) {
            throw CommandFailure.misused(
                    "-i and -t need streaming, which this command cannot do yet; leave them out");
        }
        if (!sync) {
            session.err()
                    .println(
                            "ristretto exec: running synchronously, as there is no streaming yet; "
                                    + "--sync leaves out this line");
        }
        try (var connection = session.connect()) {
            var request =
                    ExecSyncRequest.newBuilder()
                            .setContainerId(Ids.container(connection, container))
                            .addAllCmd(CommandWords.of(command))
                            .setTimeout(timeoutSeconds);
            var answer = connection.runtime(patience()).execSync(request.build());
            answer.getStdout().writeTo(session.out());
            session.out().flush();
            answer.getStderr().writeTo(session.err());
            session.err().flush();
            return answer.getExitCode();
        }
    }

    private Duration patience() {
        return timeoutSeconds > 0 ? Duration.ofSeconds(timeoutSeconds + 10) : Duration.ofDays(365);
    }
}
