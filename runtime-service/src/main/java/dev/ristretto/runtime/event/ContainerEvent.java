// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.event;

import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.sandbox.Sandbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something has happened to a container or to a pod.
 *
 * @param id the container's, or the pod's for an event of the pod itself
 * @param at later than that of any event before
 * @param sandbox the pod afterwards; of one that was removed, what it was last
 * @param containers all containers of the pod afterwards
 */
public record ContainerEvent(
        Kind kind, String id, Instant at, Optional<Sandbox> sandbox, List<Container> containers) {
    /** What happened. */
    public enum Kind {
        CREATED,
        STARTED,
        STOPPED,
        DELETED
    }

    public ContainerEvent {
        containers = List.copyOf(containers);
    }
}
