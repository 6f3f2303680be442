// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A device node of a CDI specification.
 *
 * @param specFile that says so, for messages
 * @param path in the container, absolute
 * @param hostPath of the device on the host, absolute
 * @param permissions what its cgroup allows, of {@code r}, {@code w} and {@code m}
 * @param fileMode {@code rwx} bits; empty for those of the host's
 * @param uid its owner; empty for that of the host's
 */
public record CdiDeviceNode(
        String specFile,
        String path,
        String hostPath,
        String permissions,
        Optional<Integer> fileMode,
        OptionalLong uid,
        OptionalLong gid) {}
