// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the built parts and the tools are. */
public final class Checkout {
    private static final Path TOP = findTop();

    private Checkout() {}

    private static Path findTop() {
        for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve("packaging/lib.sh"))) {
                return at;
            }
        }
        throw new IllegalStateException("not run from within a checkout");
    }

    /** The daemon's launcher. */
    public static Path ristrettod() {
        built(TOP.resolve("runtime-service/target/quarkus-app/quarkus-run.jar"));
        return TOP.resolve("packaging/bin/ristrettod");
    }

    /** The command line's launcher. */
    public static Path ristretto() {
        return built(TOP.resolve("packaging/bin/ristretto"));
    }

    public static Path podshim() {
        return built(TOP.resolve("native-linux/src/main/c/podshim/build/podshim"));
    }

    public static Path crictl() {
        return tool("crictl", "conformance/tools/build.sh");
    }

    /** A tool of the suites that {@code maker} makes. */
    public static Path tool(String name, String maker) {
        var tool = TOP.resolve("conformance/target/tools").resolve(name);
        if (!Files.isExecutable(tool)) {
            throw new IllegalStateException("%s is missing; run %s".formatted(tool, maker));
        }
        return tool;
    }

    /** A file or directory by its path from the top of the checkout. */
    public static Path file(String path) {
        return TOP.resolve(path);
    }

    /** Logs and reports of test runs; they stay after the run. */
    public static Path reports() {
        return TOP.resolve("conformance/target/e2e");
    }

    /**
     * A file of a Debian package, installed or unpacked by {@code packaging/setup test}.
     *
     * @param file absolute path as the package has it
     */
    public static Path debian(String packageName, String file) {
        var installed = Path.of(file);
        if (Files.exists(installed)) {
            return installed;
        }
        var home = System.getenv().getOrDefault("HOME", "/root");
        var cache = System.getenv().getOrDefault("XDG_CACHE_HOME", home + "/.cache");
        var unpacked = Path.of(cache, "ristretto/debian", packageName, file);
        if (!Files.exists(unpacked)) {
            throw new IllegalStateException(
                    "%s of Debian's %s is missing; run 'packaging/setup test' as root"
                            .formatted(file, packageName));
        }
        return unpacked;
    }

    private static Path built(Path file) {
        if (!Files.exists(file)) {
            throw new IllegalStateException(file + " is not built; run 'make build'");
        }
        return file;
    }
}
