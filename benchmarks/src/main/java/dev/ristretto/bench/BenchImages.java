// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.cli.image.BusyboxImage;
import dev.ristretto.cli.image.ImageConfig;
import dev.ristretto.cli.image.LayerEntry;
import dev.ristretto.cli.image.OciArchiveBuilder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The two images a comparison needs, made of this host's busybox. */
final class BenchImages {
    static final String BUSYBOX = "localhost/busybox:1";
    static final String PAUSE = "localhost/pause:1";

    private final Path busybox;

    BenchImages(Path busybox) {
        this.busybox = busybox;
    }

    /** What the benchmark's containers run. */
    Path writeBusybox(Path directory) throws IOException {
        var archive = directory.resolve("busybox.tar");
        new OciArchiveBuilder(BUSYBOX)
                .layer(new BusyboxImage(busybox).entries())
                .config(ImageConfig.running("/bin/sh"))
                .writeArchive(archive);
        return archive;
    }

    /** For runtimes that hold a pod's namespaces with a container that sleeps. */
    Path writePause(Path directory) throws IOException {
        var archive = directory.resolve("pause.tar");
        new OciArchiveBuilder(PAUSE)
                .layer(List.of(LayerEntry.file("busybox", busybox, 0755)))
                .config(ImageConfig.empty().withEntrypoint("/busybox", "sleep", "2147483647"))
                .writeArchive(archive);
        return archive;
    }
}
