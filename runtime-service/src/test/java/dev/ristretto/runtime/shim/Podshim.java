// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the podshim's sources and its binary are in a checkout. */
final class Podshim {
    private static final String DIRECTORY = "native-linux/src/main/c/podshim";

    private Podshim() {}

    /** A file beside the podshim's sources. */
    static Path source(String name) {
        for (var from = Path.of("").toAbsolutePath(); from != null; from = from.getParent()) {
            var file = from.resolve(DIRECTORY).resolve(name);
            if (Files.exists(file)) {
                return file;
            }
        }
        throw new AssertionError("no %s/%s above the working directory".formatted(DIRECTORY, name));
    }
}
