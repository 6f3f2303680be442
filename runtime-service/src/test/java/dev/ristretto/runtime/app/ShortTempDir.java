// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/** Directories with a short name: a socket in them must have one of at most 107 bytes. */
public final class ShortTempDir implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
            throws IOException {
        var name = "r%08x".formatted(ThreadLocalRandom.current().nextInt());
        return Files.createDirectory(Path.of(System.getProperty("java.io.tmpdir"), name));
    }
}
