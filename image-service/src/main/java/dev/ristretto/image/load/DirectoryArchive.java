// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A directory, for example an OCI image layout. */
record DirectoryArchive(Path directory) implements Archive {
    @Override
    public Optional<FileRange> find(String name) throws IOException {
        var file = directory.resolve(name).normalize();
        if (!file.startsWith(directory) || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        return Optional.of(new FileRange(file, 0, Files.size(file)));
    }

    @Override
    public void close() {}
}
