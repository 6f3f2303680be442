// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.snapshot;

import java.nio.file.Path;
import java.util.List;

/**
 * The directories of one container's overlay. Nothing is mounted on the host: the container mounts
 * them in its own mount namespace.
 *
 * @param lowerDirs the image's layers, topmost first, as overlay's {@code lowerdir} wants them
 * @param upperDir the container's own changes
 * @param workDir overlay's work directory, on the same file system as {@code upperDir}
 */
public record Rootfs(List<Path> lowerDirs, Path upperDir, Path workDir) {
    public Rootfs {
        lowerDirs = List.copyOf(lowerDirs);
    }
}
