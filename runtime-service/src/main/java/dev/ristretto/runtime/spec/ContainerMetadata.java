// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;

/**
 * {@code ContainerMetadata}: which container of its pod this is.
 *
 * @param attempt how often it was made before
 */
public record ContainerMetadata(String name, int attempt) {
    public ContainerMetadata {
        if (name.isEmpty()) {
            throw RuntimeFault.invalidArgument("config.metadata.name is empty");
        }
    }
}
