// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.config.ConfigFile;
import dev.ristretto.cli.session.Session;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.CreateContainerRequest;
import runtime.v1.PullImageRequest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

@Command(
        name = "create",
        description = "Create a container in a pod and print its id. It does not run yet.",
        footer = {
            "ristretto create 4f0c21 container.yaml pod.yaml",
            "ristretto create --with-pull 4f0c21 container.json pod.json",
            "",
            "A container config: {\"metadata\": {\"name\": \"hello\"}, \"image\": {\"image\":"
                    + " \"busybox\"}, \"command\": [\"sleep\", \"60\"], \"log_path\":"
                    + " \"hello.log\"}"
        })
final class Create implements Callable<Integer> {
    private final Session session;

    @Mixin private final Credentials credentials = new Credentials();

    @Option(names = "--with-pull", description = "Pull the image first.")
    private boolean withPull;

    @Option(names = "--no-pull", description = "Do not pull the image; this is the default.")
    private boolean noPull;

    @Option(
            names = {"-T", "--cancel-timeout"},
            paramLabel = "DURATION",
            description = "Give up after this.")
    private @Nullable Duration cancelTimeout;

    @Parameters(index = "0", paramLabel = "POD", description = "The pod's id, or its beginning.")
    private String pod = "";

    @Parameters(index = "1", paramLabel = "CONTAINER-CONFIG", description = "JSON or YAML.")
    private Path containerConfig = Path.of("");

    @Parameters(
            index = "2",
            paramLabel = "POD-CONFIG",
            description = "The config the pod was run with.")
    private Path podConfig = Path.of("");

    Create(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        var container = new ConfigFile(containerConfig).container();
        var sandbox = new ConfigFile(podConfig).pod();
        try (var connection = session.connect()) {
            if (withPull && !noPull) {
                var pull =
                        PullImageRequest.newBuilder()
                                .setImage(container.getImage())
                                .setSandboxConfig(sandbox);
                credentials.auth().ifPresent(pull::setAuth);
                connection.patientImages().pullImage(pull.build());
            }
            var request =
                    CreateContainerRequest.newBuilder()
                            .setPodSandboxId(Ids.pod(connection, pod))
                            .setConfig(container)
                            .setSandboxConfig(sandbox);
            var patience = cancelTimeout == null ? connection.patience().acting() : cancelTimeout;
            var answer = connection.runtime(patience).createContainer(request.build());
            session.out().println(answer.getContainerId());
        }
        return 0;
    }
}
