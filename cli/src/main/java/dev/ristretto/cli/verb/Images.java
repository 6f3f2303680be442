// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.output.Table;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import runtime.v1.Image;
import runtime.v1.ImageFilter;
import runtime.v1.ImageSpec;
import runtime.v1.ListImagesRequest;
import runtime.v1.ListImagesResponse;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "images",
        aliases = {"image", "img"},
        description = "List images.",
        footer = {
            "ristretto images",
            "ristretto images --digests --no-trunc",
            "ristretto images busybox -o json"
        })
final class Images implements Callable<Integer> {
    private final Session session;

    @Mixin private final ListOutput output = new ListOutput();

    @Option(names = "--digests", description = "Show the digests.")
    private boolean digests;

    @Option(names = "--pinned", description = "Show which images may not be collected.")
    private boolean pinned;

    @Parameters(
            arity = "0..1",
            paramLabel = "IMAGE",
            defaultValue = "",
            description = "Only this image.")
    private String image = "";

    Images(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            var request = ListImagesRequest.newBuilder();
            if (!image.isEmpty()) {
                request.setFilter(
                        ImageFilter.newBuilder().setImage(ImageSpec.newBuilder().setImage(image)));
            }
            show(connection.images().listImages(request.build()).getImagesList());
        }
        return 0;
    }

    private void show(List<Image> images) {
        if (output.quiet()) {
            images.forEach(found -> session.out().println(found.getId()));
        } else if (output.table()) {
            session.out().print(table(images).render());
        } else {
            var list = ListImagesResponse.newBuilder().addAllImages(images).build();
            session.out().print(output.render(list));
        }
    }

    private Table table(List<Image> images) {
        var table = new Table(row("IMAGE", "TAG", "DIGEST", "IMAGE ID", "SIZE", "PINNED"));
        images.stream()
                .flatMap(found -> ImageNames.of(found).stream())
                .sorted(ImageNames.BY_NAME)
                .forEach(
                        name ->
                                table.row(
                                        row(
                                                name.repository(),
                                                name.tag(),
                                                output.id(name.digest()),
                                                output.id(name.image().getId()),
                                                name.size(),
                                                String.valueOf(name.image().getPinned()))));
        return table;
    }

    /** Leaves out the columns that were not asked for. */
    private List<String> row(
            String name, String tag, String digest, String id, String size, String isPinned) {
        var cells = new ArrayList<>(List.of(name, tag));
        if (digests) {
            cells.add(digest);
        }
        cells.addAll(List.of(id, size));
        if (pinned) {
            cells.add(isPinned);
        }
        return cells;
    }
}
