// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.session;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The unix socket of a CRI runtime. */
public record Endpoint(Path socket) {
    static final Endpoint DEFAULT = new Endpoint(Path.of("/run/ristretto/ristretto.sock"));

    private static final String SCHEME = "unix://";

    /**
     * Reads {@code unix:///path} or a plain absolute path.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Endpoint parse(String text) {
        var path = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : text;
        try {
            if (path.startsWith("/")) {
                return new Endpoint(Path.of(path));
            }
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "endpoint '%s' is no file name: %s".formatted(text, e.getReason()), e);
        }
        throw new IllegalArgumentException(
                "endpoint '%s' is not unix:///path/to.sock".formatted(text));
    }

    @Override
    public String toString() {
        return SCHEME + socket;
    }
}
