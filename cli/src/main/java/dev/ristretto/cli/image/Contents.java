// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.image;

import dev.ristretto.cli.image.LayerEntry.Content;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the bytes of a file come from. */
final class Contents {
    private Contents() {}

    static Content of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    static Content of(byte[] bytes) {
        var copy = bytes.clone();
        return new Content() {
            @Override
            public long sizeBytes() {
                return copy.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(copy);
            }
        };
    }

    static Content of(Path source) {
        return new Content() {
            @Override
            public long sizeBytes() throws IOException {
                return Files.size(source);
            }

            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(source);
            }
        };
    }
}
