// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import ristretto.v1.LoadRequest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

@Command(
        name = "load",
        description = {
            "Bring images into the store without a registry: from an OCI archive, a docker archive"
                    + " or an OCI layout directory.",
            "The daemon opens the path itself. Only ristrettod knows this call."
        },
        footer = {
            "ristretto load busybox.tar",
            "ristretto load --name localhost/app:v1 ./layout",
            "skopeo copy docker://busybox oci-archive:busybox.tar:busybox:1.36 && ristretto load"
                    + " busybox.tar"
        })
final class Load implements Callable<Integer> {
    private final Session session;

    @Option(
            names = "--name",
            paramLabel = "REF",
            defaultValue = "",
            description = "Name for an image that carries none.")
    private String name = "";

    @Parameters(paramLabel = "PATH", description = "Archive or layout directory.")
    private Path path = Path.of("");

    Load(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var absolute = path.toAbsolutePath().normalize();
        if (!Files.exists(absolute)) {
            throw CommandFailure.of("%s: no such file", path);
        }
        var request =
                LoadRequest.newBuilder().setPath(absolute.toString()).setReference(name).build();
        try (var connection = session.connect()) {
            for (var image : connection.ristretto().load(request).getImagesList()) {
                var names = String.join(" ", image.getReferencesList());
                session.out().println("Loaded " + image.getId() + " " + names);
            }
        }
        return 0;
    }
}
