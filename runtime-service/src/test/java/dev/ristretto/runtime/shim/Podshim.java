// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the podshim's sources and its binary are in a checkout. */
public final class Podshim {
    private static final String DIRECTORY = "native-linux/src/main/c/podshim";

    private Podshim() {}

    /**
     * The binary that {@code make} builds, or the one the system property {@code ristretto.podshim}
     * names; empty if there is none.
     */
    public static Optional<Path> binary() {
        var named = System.getProperty("ristretto.podshim");
        return (named == null ? find("build/podshim") : Optional.of(Path.of(named)))
                .filter(Files::isExecutable);
    }

    /** A file beside the podshim's sources. */
    static Path source(String name) {
        return find(name)
                .orElseThrow(
                        () ->
                                new AssertionError(
                                        "no %s/%s above the working directory"
                                                .formatted(DIRECTORY, name)));
    }

    private static Optional<Path> find(String name) {
        for (var from = Path.of("").toAbsolutePath(); from != null; from = from.getParent()) {
            var file = from.resolve(DIRECTORY).resolve(name);
            if (Files.exists(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }
}
