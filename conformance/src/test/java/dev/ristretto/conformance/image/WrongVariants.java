// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.image;

import dev.ristretto.cli.image.ImageConfig;
import dev.ristretto.cli.image.LayerEntry;
import dev.ristretto.cli.image.OciArchiveBuilder;
import dev.ristretto.conformance.image.ImageIndex.Variant;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Variants for machines that this one is not. There is no program in them, only a file that says
 * which it is, so that a container of one cannot start.
 */
public final class WrongVariants {
    private final List<Variant> variants = new ArrayList<>();

    /**
     * @param directory for the archives
     */
    public WrongVariants(Path directory) throws IOException {
        for (var architecture : List.of("arm64", "amd64", "s390x")) {
            if (!architecture.equals(hostArchitecture())) {
                variants.add(variant(directory, architecture));
            }
        }
    }

    /** The right one between them, so that neither the first nor the last is it. */
    public List<Variant> around(Path archive) {
        return List.of(
                variants.getFirst(), new Variant(hostArchitecture(), archive), variants.getLast());
    }

    private static Variant variant(Path directory, String architecture) throws IOException {
        var archive = directory.resolve("wrong-" + architecture + ".tar");
        new OciArchiveBuilder("docker.io/library/wrong:latest")
                .architecture(architecture)
                .layer(List.of(LayerEntry.file("variant", architecture + "\n", 0644)))
                .config(ImageConfig.running("/made-for-" + architecture))
                .writeArchive(archive);
        return new Variant(architecture, architecture.equals("arm64") ? "v8" : "", archive);
    }

    /** As {@code GOARCH} has it. */
    public static String hostArchitecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }
}
