// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.sandbox.PodShims;
import dev.ristretto.runtime.shim.PodException;
import dev.ristretto.runtime.shim.ShimFailureText;
import dev.ristretto.runtime.spec.ContainerId;

import java.io.IOException;

/**
 * {@code ReopenContainerLog}: goes on with a new file at the same path, after the old one was
 * renamed. The new file exists when it answers, and nothing more goes to the old one. It takes up
 * to 0.1 s, for which nothing is written to the old one, so that who follows it comes to its end.
 */
public final class ReopenContainerLog {
    private final ContainerStore containers;
    private final PodShims shims;

    public ReopenContainerLog(ContainerStore containers, PodShims shims) {
        this.containers = containers;
        this.shims = shims;
    }

    /**
     * Reopens the log of a running container.
     *
     * @throws RuntimeFault {@code NOT_FOUND}, {@code WRONG_STATE} if it does not run
     */
    public void run(ContainerId id) throws IOException {
        var container = containers.get(id);
        if (!(container.state() instanceof ContainerState.Running)) {
            throw RuntimeFault.wrongState(
                    "reopen the log of %s: it does not run", container.described());
        }
        var log = container.logPath();
        if (log.isEmpty()) {
            return;
        }
        try {
            shims.of(container.podSandboxId()).reopenLog(id, log.get().toString());
        } catch (PodException e) {
            throw ShimFailureText.toFault(
                    "reopen log %s of %s".formatted(log.get(), container.described()), e);
        }
    }
}
