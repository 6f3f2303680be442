// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Counts lines of C: all of them, comments and blank ones too, tests left out. */
final class SourceLines {
    private SourceLines() {}

    static long count(Path directory) throws IOException {
        long lines = 0;
        try (var files = Files.newDirectoryStream(directory, "*.{c,h,def}")) {
            for (var file : files) {
                try (var text = Files.lines(file)) {
                    lines += text.count();
                }
            }
        }
        return lines;
    }
}
