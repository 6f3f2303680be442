// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.config.ConfigFile;
import dev.ristretto.cli.log.LogDirectory;
import dev.ristretto.cli.session.Session;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.RunPodSandboxRequest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

@Command(
        name = "runp",
        description = "Run a new pod and print its id.",
        footer = {
            "ristretto runp pod.yaml",
            "ristretto runp --cancel-timeout 20s pod.json",
            "",
            "A pod config: {\"metadata\": {\"name\": \"web\", \"namespace\": \"default\", \"uid\":"
                    + " \"u1\"}, \"log_directory\": \"/var/log/pods/web\", \"linux\": {}}"
        })
final class Runp implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-r", "--runtime"},
            paramLabel = "HANDLER",
            defaultValue = "",
            description = "Runtime handler; the runtime's default if not given.")
    private String handler = "";

    @Option(
            names = {"-T", "--cancel-timeout"},
            paramLabel = "DURATION",
            description = "Give up after this.")
    private @Nullable Duration cancelTimeout;

    @Parameters(paramLabel = "POD-CONFIG", description = "Pod config, JSON or YAML.")
    private Path config = Path.of("");

    Runp(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        var pod = new ConfigFile(config).pod();
        LogDirectory.make(pod);
        var request = RunPodSandboxRequest.newBuilder().setConfig(pod).setRuntimeHandler(handler);
        try (var connection = session.connect()) {
            var patience = cancelTimeout == null ? connection.patience().acting() : cancelTimeout;
            var answer = connection.runtime(patience).runPodSandbox(request.build());
            session.out().println(answer.getPodSandboxId());
        }
        return 0;
    }
}
