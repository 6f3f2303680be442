// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.image;

import dev.ristretto.cli.image.BusyboxImage;
import dev.ristretto.cli.image.EntryAttributes;
import dev.ristretto.cli.image.ImageConfig;
import dev.ristretto.cli.image.LayerEntry;
import dev.ristretto.cli.image.OciArchiveBuilder;
import dev.ristretto.conformance.stand.Checkout;
import dev.ristretto.conformance.stand.Command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Images with {@code /escape}, which tries ways out of a container (src/test/c/escape.c). */
public final class HostileImages {
    private final Path directory;
    private final byte[] program;

    /**
     * @param directory for the archives
     */
    public HostileImages(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        var built = directory.resolve("escape");
        var source = Checkout.file("conformance/src/test/c/escape.c");
        Command.of("musl-gcc", "-static", "-O1", "-s", "-o", built.toString(), source.toString())
                .text();
        this.program = Files.readAllBytes(built);
    }

    /** With a busybox below and what the caller wants on top. */
    public Path archive(List<LayerEntry> onTop, ImageConfig config) throws IOException {
        var image =
                new OciArchiveBuilder("docker.io/library/hostile:latest")
                        .layer(new BusyboxImage(BusyboxImage.HOST_BUSYBOX).entries())
                        .layer(
                                List.of(
                                        LayerEntry.file(
                                                "escape", program, EntryAttributes.mode(0755))))
                        .config(config);
        if (!onTop.isEmpty()) {
            image.layer(onTop);
        }
        var archive = directory.resolve("hostile.tar");
        image.writeArchive(archive);
        return archive;
    }

    public Path archive() throws IOException {
        return archive(List.of(), ImageConfig.running("sleep", "3600"));
    }
}
