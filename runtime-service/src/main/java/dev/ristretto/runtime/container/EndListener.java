// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.runtime.shim.ExitStatus;

import java.util.Optional;

/** Hears of each container's end, once. Called on the thread that records it: must not block. */
@FunctionalInterface
public interface EndListener {
    /** A container has ended, and everybody can see that. */
    void ended(End end);

    /**
     * How.
     *
     * @param container as it is now
     * @param before the state that it was in
     * @param status what its podshim saw; empty if nobody did, or nothing ran
     */
    record End(
            Container container,
            ContainerState before,
            ContainerState.Exited how,
            Optional<ExitStatus> status) {}
}
