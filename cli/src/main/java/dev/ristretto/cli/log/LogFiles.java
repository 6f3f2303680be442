// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** A container's log file and its rotations, which the kubelet names {@code <file>.<time>}. */
public final class LogFiles {
    private LogFiles() {}

    /** Deletes them; none there is fine. */
    public static void delete(Path log) throws IOException {
        var directory = log.toAbsolutePath().getParent();
        var name = log.getFileName();
        if (directory == null || name == null) {
            return;
        }
        try (var rotations =
                Files.newDirectoryStream(directory, file -> isRotation(file, name.toString()))) {
            for (var rotation : rotations) {
                Files.deleteIfExists(rotation);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return;
        }
        Files.deleteIfExists(log);
    }

    private static boolean isRotation(Path file, String log) {
        var name = file.getFileName();
        return name != null && name.toString().matches("\\Q" + log + "\\E\\.\\d{8}-\\d{6}(\\.gz)?");
    }
}
