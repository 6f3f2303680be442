// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.time.Instant;

/**
 * The payload of {@code CONTAINER_STATE} as it is on the wire; what it means depends on the state.
 */
record ContainerFields(
        String containerId,
        long state,
        int pid,
        Instant startedAt,
        long waitStatus,
        Instant finishedAt) {

    static ContainerFields read(WireReader in) throws WireReader.Malformed {
        return new ContainerFields(
                in.str(), in.u32(), in.smallU32(), in.time(), in.u32(), in.time());
    }
}
