// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.demo;

import dev.ristretto.cli.image.BusyboxImage;
import dev.ristretto.cli.image.EntryAttributes;
import dev.ristretto.cli.image.ImageConfig;
import dev.ristretto.cli.image.LayerEntry;
import dev.ristretto.cli.image.OciArchiveBuilder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A busybox that serves one page and says so on its standard output. */
final class DemoImage {
    static final String REFERENCE = "localhost/ristretto-demo:latest";
    static final int PORT = 8080;

    /** The line after which the page is served: httpd goes to the background when it listens. */
    static final String SERVING = "serving on port " + PORT;

    private static final String PAGE =
            """
            <!doctype html>
            <title>ristretto</title>
            <h1>Short, dense, restricted.</h1>
            """;

    private static final String PROGRAM =
            """
            #!/bin/sh
            # SIGTERM has no default action for process 1: without a trap it would be ignored.
            trap 'echo "closing"; exit 0' TERM INT
            echo "grinding: $(hostname), uid $(id -u), process $$"
            httpd -p %d -h /srv || exit 1
            echo "%s"
            shot=0
            while :; do
                shot=$((shot + 1))
                echo "shot $shot at $(date -u +%%H:%%M:%%S)"
                sleep 1 &
                wait $!
            done
            """;

    private final BusyboxImage busybox;

    DemoImage(Path busybox) {
        this.busybox = new BusyboxImage(busybox);
    }

    void write(Path archive) throws IOException {
        new OciArchiveBuilder(REFERENCE)
                .layer(busybox.entries())
                .layer(
                        List.of(
                                LayerEntry.directory("srv", 0755),
                                LayerEntry.file("srv/index.html", PAGE, 0644),
                                LayerEntry.directory("usr/bin", 0755),
                                LayerEntry.file(
                                        "usr/bin/demo",
                                        PROGRAM.formatted(PORT, SERVING),
                                        EntryAttributes.mode(0755))))
                .config(
                        ImageConfig.running("/usr/bin/demo")
                                .withExposedPorts(PORT + "/tcp")
                                .withStopSignal("SIGTERM"))
                .writeArchive(archive);
    }
}
