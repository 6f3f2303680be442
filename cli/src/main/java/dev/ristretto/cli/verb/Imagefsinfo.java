// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.output.Human;
import dev.ristretto.cli.output.Table;
import dev.ristretto.cli.session.Session;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import runtime.v1.FilesystemUsage;
import runtime.v1.ImageFsInfoRequest;
import runtime.v1.ImageFsInfoResponse;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

@Command(
        name = "imagefsinfo",
        description = "Show what images and containers take on disk.",
        footer = {"ristretto imagefsinfo -o table"})
final class Imagefsinfo implements Callable<Integer> {
    private final Session session;

    @Mixin private final StatusOutput output = new StatusOutput();

    Imagefsinfo(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var connection = session.connect()) {
            var answer = connection.images().imageFsInfo(ImageFsInfoRequest.getDefaultInstance());
            session.out()
                    .print(
                            output.table()
                                    ? table(answer)
                                    : output.render(List.of(output.tree(answer, Map.of()))));
        }
        return 0;
    }

    private static String table(ImageFsInfoResponse answer) {
        var table = new Table("HOLDS", "MOUNTPOINT", "USED", "INODES");
        answer.getImageFilesystemsList().forEach(usage -> add(table, "images", usage));
        answer.getContainerFilesystemsList().forEach(usage -> add(table, "containers", usage));
        return table.render();
    }

    private static void add(Table table, String holds, FilesystemUsage usage) {
        table.row(
                holds,
                usage.getFsId().getMountpoint(),
                Human.size(usage.getUsedBytes().getValue(), 4),
                Long.toUnsignedString(usage.getInodesUsed().getValue()));
    }
}
