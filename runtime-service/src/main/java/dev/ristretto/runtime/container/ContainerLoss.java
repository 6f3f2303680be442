// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.runtime.shim.ExitRecord;
import dev.ristretto.runtime.store.StateLayout;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/** Ends containers whose podshim is gone: nobody else tells any more how they ended. */
public final class ContainerLoss {
    private static final Logger LOG = Logger.getLogger(ContainerLoss.class);
    private static final int UNKNOWN_EXIT = 255;

    private final ContainerExits exits;
    private final Cgroups cgroups;
    private final StateLayout layout;
    private final InstantSource clock;

    public ContainerLoss(
            ContainerExits exits, Cgroups cgroups, StateLayout layout, InstantSource clock) {
        this.exits = exits;
        this.cgroups = cgroups;
        this.layout = layout;
        this.clock = clock;
    }

    /**
     * Kills what is left of a container and records its end: as its podshim wrote it down before it
     * went, else as unknown. One that never ran stays as it is.
     */
    void abandon(Container container) throws IOException {
        cgroups.at(container.cgroup()).kill();
        var end = exitOf(container);
        if (end.isPresent()) {
            exits.ended(container.id(), end.get());
        } else if (container.state() instanceof ContainerState.Running(var startedAt, _)) {
            exits.record(
                    container.id(),
                    new ContainerState.Exited(
                            Optional.of(startedAt),
                            clock.instant(),
                            UNKNOWN_EXIT,
                            "ContainerStatusUnknown",
                            "its podshim ended, and how the container ended with it"));
        }
    }

    private Optional<ExitRecord> exitOf(Container container) {
        try {
            return ExitRecord.read(layout.podRunDir(container.podSandboxId()), container.id());
        } catch (IOException e) {
            LOG.warnf("how %s ended is lost: %s", container.described(), e.getMessage());
            return Optional.empty();
        }
    }
}
