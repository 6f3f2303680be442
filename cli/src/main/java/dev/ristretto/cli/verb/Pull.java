// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.config.ConfigFile;
import dev.ristretto.cli.session.Session;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.ImageSpec;
import runtime.v1.PullImageRequest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

@Command(
        name = "pull",
        description = "Pull an image from its registry.",
        footer = {
            "ristretto pull docker.io/library/busybox:1.36",
            "ristretto pull --creds user:password registry.example.com/team/app:v1"
        })
final class Pull implements Callable<Integer> {
    private final Session session;

    @Mixin private final Credentials credentials = new Credentials();

    @Option(
            names = "--pod-config",
            paramLabel = "FILE",
            description = "Pod for which the image is pulled, as JSON or YAML.")
    private @Nullable Path podConfig;

    @Option(
            names = {"-a", "--annotation"},
            paramLabel = "KEY=VALUE",
            description = "Annotation of the request; may be repeated.")
    private final Map<String, String> annotations = new LinkedHashMap<>();

    @Option(
            names = "--pull-timeout",
            paramLabel = "DURATION",
            description = "Give up after this; by default a pull ends when it ends.")
    private @Nullable Duration pullTimeout;

    @Parameters(paramLabel = "IMAGE", description = "Name, with a tag or a digest.")
    private String image = "";

    Pull(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        var request =
                PullImageRequest.newBuilder()
                        .setImage(
                                ImageSpec.newBuilder()
                                        .setImage(image)
                                        .putAllAnnotations(annotations));
        credentials.auth().ifPresent(request::setAuth);
        if (podConfig != null) {
            request.setSandboxConfig(new ConfigFile(podConfig).pod());
        }
        try (var connection = session.connect()) {
            var images =
                    pullTimeout == null
                            ? connection.patientImages()
                            : connection.images(pullTimeout);
            var pulled = images.pullImage(request.build());
            session.out().println("Image is up to date for " + pulled.getImageRef());
        }
        return 0;
    }
}
