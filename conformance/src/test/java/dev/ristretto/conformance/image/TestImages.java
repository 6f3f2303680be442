// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.image;

import dev.ristretto.cli.image.BusyboxImage;
import dev.ristretto.cli.image.ImageConfig;
import dev.ristretto.cli.image.OciArchiveBuilder;

import java.io.IOException;
import java.nio.file.Path;

/** Archives of images, written where the caller says. */
public final class TestImages {
    /** What the page of the nginx image says. */
    public static final String NGINX_PAGE = "<h1>Espresso, but shorter</h1>\n";

    private TestImages() {}

    /** Debian's static busybox; runs a shell. */
    public static Path busybox(Path archive) throws IOException {
        new OciArchiveBuilder("docker.io/library/busybox:latest")
                .layer(new BusyboxImage(BusyboxImage.HOST_BUSYBOX).entries())
                .config(ImageConfig.running("sh"))
                .writeArchive(archive);
        return archive;
    }

    /** Debian's nginx, its libraries and a page, on port 80; stops on SIGQUIT. */
    public static Path nginx(Path archive) throws IOException {
        return nginx(archive, 80);
    }

    /** {@link #nginx(Path)} on another port. */
    public static Path nginx(Path archive, int port) throws IOException {
        new OciArchiveBuilder("docker.io/library/nginx:latest")
                .layer(new BusyboxImage(BusyboxImage.HOST_BUSYBOX).entries())
                .layer(NginxLayer.entries(NGINX_PAGE, port))
                .config(
                        ImageConfig.running("/usr/sbin/nginx")
                                .withStopSignal("SIGQUIT")
                                .withExposedPorts(port + "/tcp"))
                .writeArchive(archive);
        return archive;
    }

    /** Three layers with everything that a layer can hold; see {@link IntricateLayers}. */
    public static Path intricate(Path archive) throws IOException {
        new OciArchiveBuilder("docker.io/library/intricate:latest")
                .layer(new BusyboxImage(BusyboxImage.HOST_BUSYBOX).entries())
                .layer(IntricateLayers.first())
                .layer(IntricateLayers.second(), OciArchiveBuilder.Compression.NONE)
                .layer(IntricateLayers.third())
                .config(ImageConfig.running("sleep", "3600"))
                .writeArchive(archive);
        return archive;
    }
}
