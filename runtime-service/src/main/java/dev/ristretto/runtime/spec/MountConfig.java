// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;

/**
 * {@code Mount} of a host path.
 *
 * @param containerPath absolute, inside the container's root
 * @param hostPath absolute; symbolic links are followed on the host
 * @param readonly whether the mount itself, not what is mounted below it, is read-only
 * @param recursiveReadOnly whether everything below is read-only too
 */
public record MountConfig(
        String containerPath,
        String hostPath,
        boolean readonly,
        boolean recursiveReadOnly,
        Propagation propagation) {

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
        requireAbsolute("host_path", hostPath);
        if (recursiveReadOnly && (!readonly || propagation != Propagation.PRIVATE)) {
            throw RuntimeFault.invalidArgument(
                    "mounts[%s].recursive_read_only needs readonly and private propagation",
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
