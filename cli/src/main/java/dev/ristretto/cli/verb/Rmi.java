// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.Image;
import runtime.v1.ImageSpec;
import runtime.v1.ImageStatusRequest;
import runtime.v1.ListContainersRequest;
import runtime.v1.ListImagesRequest;
import runtime.v1.RemoveImageRequest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "rmi",
        description = "Remove images.",
        footer = {"ristretto rmi docker.io/library/busybox:1.36", "ristretto rmi --prune"})
final class Rmi implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-a", "--all"},
            description = "Remove all images.")
    private boolean all;

    @Option(
            names = {"-q", "--prune"},
            description = "Remove the images that no container uses and that are not pinned.")
    private boolean prune;

    @Parameters(arity = "0..*", paramLabel = "IMAGE", description = "Names or ids.")
    private final List<String> images = new ArrayList<>();

    Rmi(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (images.isEmpty() && !all && !prune) {
            throw CommandFailure.misused("name the images to remove, or use --all or --prune");
        }
        try (var connection = session.connect()) {
            return new EachId(session, "rmi")
                    .run(chosen(connection), image -> remove(connection, image));
        }
    }

    private List<String> chosen(Connection connection) {
        if (!all && !prune) {
            return images;
        }
        var stored =
                connection
                        .images()
                        .listImages(ListImagesRequest.getDefaultInstance())
                        .getImagesList();
        var used = new HashSet<String>();
        if (prune) {
            connection
                    .runtime()
                    .listContainers(ListContainersRequest.getDefaultInstance())
                    .getContainersList()
                    .forEach(c -> used.addAll(List.of(c.getImageId(), c.getImageRef())));
        }
        return stored.stream()
                .filter(image -> !prune || !image.getPinned() && !isUsed(image, used))
                .map(Image::getId)
                .toList();
    }

    private static boolean isUsed(Image image, HashSet<String> used) {
        return used.contains(image.getId())
                || image.getRepoTagsList().stream().anyMatch(used::contains)
                || image.getRepoDigestsList().stream().anyMatch(used::contains);
    }

    private static void remove(Connection connection, String image) {
        var spec = ImageSpec.newBuilder().setImage(image).build();
        var status =
                connection
                        .images()
                        .imageStatus(ImageStatusRequest.newBuilder().setImage(spec).build());
        if (!status.hasImage()) {
            throw CommandFailure.of("no such image '%s'; see 'ristretto images'", image);
        }
        connection
                .images(connection.patience().acting())
                .removeImage(RemoveImageRequest.newBuilder().setImage(spec).build());
    }
}
