// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.cli.image.BusyboxImage;
import dev.ristretto.cli.session.Terminal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

@Command(
        name = "images",
        description = "Write pause.tar and busybox.tar, OCI archives, into a directory.",
        mixinStandardHelpOptions = true)
final class ImagesCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--busybox",
            paramLabel = "FILE",
            description = "A static busybox (default: /bin/busybox).")
    private Path busybox = BusyboxImage.HOST_BUSYBOX;

    @Parameters(paramLabel = "DIRECTORY", description = "Made if it is not there.")
    private Path directory = Path.of("");

    ImagesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(directory);
        var images = new BenchImages(busybox);
        terminal.out().println(images.writePause(directory) + "  " + BenchImages.PAUSE);
        terminal.out().println(images.writeBusybox(directory) + "  " + BenchImages.BUSYBOX);
        return 0;
    }
}
