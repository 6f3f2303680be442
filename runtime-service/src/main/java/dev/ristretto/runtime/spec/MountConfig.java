// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.namespace.IdMap;

import java.util.List;
import java.util.Optional;

/**
 * {@code Mount} of a host path or of an image.
 *
 * @param containerPath absolute, inside the container's root
 * @param hostPath absolute; symbolic links are followed on the host; empty for an image
 * @param readonly whether the mount itself, not what is mounted below it, is read-only
 * @param recursiveReadOnly whether everything below is read-only too
 * @param image whose files are mounted, instead of a host path
 * @param options further attributes, of all that is mounted below too
 * @param ids who the owners of its files are in the container; the host's ids as they are if that
 *     of the host
 */
public record MountConfig(
        String containerPath,
        String hostPath,
        boolean readonly,
        boolean recursiveReadOnly,
        Propagation propagation,
        Optional<ImageMount> image,
        List<MountOption> options,
        IdMap ids) {

    /** {@code MountPropagation}, see mount_namespaces(7). */
    public enum Propagation {
        /** Nothing crosses. */
        PRIVATE,
        /** What the host mounts appears in the container ({@code rslave}). */
        HOST_TO_CONTAINER,
        /** And the other way round ({@code rshared}). */
        BIDIRECTIONAL
    }

    public MountConfig {
        requireAbsolute("container_path", containerPath);
        options = List.copyOf(options);
        if (image.isPresent()) {
            requireImageOnly(containerPath, hostPath, readonly, propagation);
        } else {
            requireAbsolute("host_path", hostPath);
        }
        if (recursiveReadOnly && (!readonly || propagation != Propagation.PRIVATE)) {
            throw RuntimeFault.invalidArgument(
                    "mounts[%s].recursive_read_only needs readonly and private propagation",
                    containerPath);
        }
    }

    /** With owners as they are on the host. */
    public MountConfig(
            String containerPath,
            String hostPath,
            boolean readonly,
            boolean recursiveReadOnly,
            Propagation propagation,
            Optional<ImageMount> image,
            List<MountOption> options) {
        this(
                containerPath,
                hostPath,
                readonly,
                recursiveReadOnly,
                propagation,
                image,
                options,
                IdMap.HOST);
    }

    /** A mount of a host path without further attributes. */
    public MountConfig(
            String containerPath,
            String hostPath,
            boolean readonly,
            boolean recursiveReadOnly,
            Propagation propagation) {
        this(
                containerPath,
                hostPath,
                readonly,
                recursiveReadOnly,
                propagation,
                Optional.empty(),
                List.of());
    }

    private static void requireImageOnly(
            String containerPath, String hostPath, boolean readonly, Propagation propagation) {
        if (!hostPath.isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "mounts[%s]: image and host_path '%s' exclude each other",
                    containerPath, hostPath);
        }
        if (!readonly || propagation != Propagation.PRIVATE) {
            throw RuntimeFault.invalidArgument(
                    "mounts[%s].image needs readonly and private propagation: many containers"
                            + " share an image's files",
                    containerPath);
        }
    }

    private static void requireAbsolute(String field, String path) {
        if (!path.startsWith("/") || path.indexOf(0) >= 0) {
            throw RuntimeFault.invalidArgument(
                    "mounts.%s '%s' is not an absolute path", field, path.replace("\0", "\\0"));
        }
    }
}
