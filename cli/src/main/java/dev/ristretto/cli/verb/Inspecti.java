// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.output.Table;
import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import runtime.v1.Image;
import runtime.v1.ImageSpec;
import runtime.v1.ImageStatusRequest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "inspecti",
        description = "Show all about images.",
        footer = {"ristretto inspecti busybox", "ristretto inspecti -q -o yaml busybox"})
final class Inspecti implements Callable<Integer> {
    private final Session session;

    @Mixin private final StatusOutput output = new StatusOutput();

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "Names or ids.")
    private final List<String> images = new ArrayList<>();

    Inspecti(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var trees = new ArrayList<ObjectNode>();
        var table = new Table("IMAGE ID", "TAGS", "DIGESTS", "SIZE", "USER");
        try (var connection = session.connect()) {
            for (var image : images) {
                var request =
                        ImageStatusRequest.newBuilder()
                                .setImage(ImageSpec.newBuilder().setImage(image))
                                .setVerbose(output.verbose());
                var answer = connection.images().imageStatus(request.build());
                if (!answer.hasImage()) {
                    throw CommandFailure.of("no such image '%s'; see 'ristretto images'", image);
                }
                trees.add(output.tree(answer.getImage(), answer.getInfoMap()));
                add(table, answer.getImage());
            }
        }
        session.out().print(output.table() ? table.render() : output.render(trees));
        return 0;
    }

    private static void add(Table table, Image image) {
        table.row(
                Human.shortId(image.getId()),
                String.join(", ", image.getRepoTagsList()),
                String.join(", ", image.getRepoDigestsList()),
                Human.size(image.getSize(), 3),
                image.hasUid() ? String.valueOf(image.getUid().getValue()) : image.getUsername());
    }
}
