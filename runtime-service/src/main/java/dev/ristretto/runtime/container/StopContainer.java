// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.flight.Steps;
import dev.ristretto.runtime.spec.ContainerId;

import java.io.IOException;
import java.time.Duration;

/**
 * {@code StopContainer}: the stop signal, the grace period, then SIGKILL. Idempotent. Holds no lock
 * while it waits: a second request with a shorter grace period shortens the first.
 */
public final class StopContainer {
    private final ContainerStore containers;
    private final ContainerExits exits;
    private final ContainerKill kill;

    public StopContainer(ContainerStore containers, ContainerExits exits, ContainerKill kill) {
        this.containers = containers;
        this.exits = exits;
        this.kill = kill;
    }

    /**
     * Stops a container; one that does not run, or is unknown, is a success.
     *
     * @param grace how long the container may take to end itself; 0 kills at once
     * @throws RuntimeFault {@code BUSY} if it cannot be killed
     */
    public void run(ContainerId id, Duration grace) throws IOException {
        var container = containers.find(id);
        if (container.isEmpty() || !(container.get().state() instanceof ContainerState.Running)) {
            return;
        }
        if (grace.isPositive()) {
            kill.signal(container.get(), container.get().process().stopSignal());
            if (Steps.step("wait for its end", () -> exits.await(id, grace))) {
                return;
            }
        }
        kill.begin(container.get());
        kill.finish(container.get());
    }
}
