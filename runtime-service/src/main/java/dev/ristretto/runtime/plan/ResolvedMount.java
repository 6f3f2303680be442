// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.runtime.spec.MountConfig;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A mount that has been looked at.
 *
 * @param config as asked for
 * @param directory whether the source is a directory, so that its target must be one
 * @param image where the files are, if it is a mount of an image
 */
public record ResolvedMount(MountConfig config, boolean directory, Optional<Layers> image) {
    /**
     * An image's files.
     *
     * @param directories of its layers, topmost first; at least two
     * @param path of what is mounted in the merged tree, absolute, without links in it
     */
    public record Layers(List<Path> directories, String path) {
        public Layers {
            directories = List.copyOf(directories);
        }
    }

    /** A mount of a host path. */
    public ResolvedMount(MountConfig config, boolean directory) {
        this(config, directory, Optional.empty());
    }

    /** A mount of an image. */
    public static ResolvedMount ofImage(MountConfig config, boolean directory, Layers image) {
        return new ResolvedMount(config, directory, Optional.of(image));
    }
}
