// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.exec;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.container.ContainerStore;
import dev.ristretto.runtime.sandbox.PodShims;
import dev.ristretto.runtime.shim.ExecConversation;
import dev.ristretto.runtime.shim.PodException;
import dev.ristretto.runtime.shim.ShimFailureText;
import dev.ristretto.runtime.spec.ContainerId;

import java.io.IOException;
import java.time.Duration;

/** Connects to the processes of running containers. Safe from any thread. */
public final class ContainerAttach {
    /** How long one client may hold a container up, see docs/adr/0016. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ContainerStore containers;
    private final PodShims shims;

    public ContainerAttach(ContainerStore containers, PodShims shims) {
        this.containers = containers;
        this.shims = shims;
    }

    /**
     * Looks whether a client could be attached now.
     *
     * @throws RuntimeFault {@code NOT_FOUND}, {@code WRONG_STATE} if the container does not run
     */
    public Container requireRunning(ContainerId id) {
        var container = containers.get(id);
        if (!(container.state() instanceof ContainerState.Running)) {
            throw RuntimeFault.wrongState("attach to %s: it does not run", container.described());
        }
        return container;
    }

    /**
     * Connects. Standard input for a container that has none is dropped, as other runtimes do.
     *
     * @throws RuntimeFault as {@link #requireRunning}; {@code UNSUPPORTED} if the pod's podshim is
     *     of an older release
     */
    public ExecConversation start(ContainerId id, boolean stdin) throws IOException {
        var container = requireRunning(id);
        boolean feeds = stdin && container.config().stdio().stdin();
        try {
            return shims.of(container.podSandboxId()).attach(id, feeds, PATIENCE);
        } catch (PodException e) {
            throw ShimFailureText.toFault("attach to " + container.described(), e);
        }
    }
}
