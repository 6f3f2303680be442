// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.exec;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerPlanner;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.container.ContainerStore;
import dev.ristretto.runtime.plan.ExecInput;
import dev.ristretto.runtime.sandbox.PodShims;
import dev.ristretto.runtime.sandbox.SandboxStore;
import dev.ristretto.runtime.shim.ExecConversation;
import dev.ristretto.runtime.shim.PodException;
import dev.ristretto.runtime.shim.Program;
import dev.ristretto.runtime.shim.ShimFailureText;
import dev.ristretto.runtime.shim.TerminalSize;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.StdioConfig;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Starts commands in running containers. Safe from any thread. */
public final class ContainerExec {
    private final SandboxStore sandboxes;
    private final ContainerStore containers;
    private final ContainerPlanner planner;
    private final PodShims shims;

    public ContainerExec(
            SandboxStore sandboxes,
            ContainerStore containers,
            ContainerPlanner planner,
            PodShims shims) {
        this.sandboxes = sandboxes;
        this.containers = containers;
        this.planner = planner;
        this.shims = shims;
    }

    /**
     * Looks whether a command could be run now.
     *
     * @throws RuntimeFault {@code NOT_FOUND}, {@code WRONG_STATE} if the container does not run
     */
    public Container requireRunning(ContainerId id) {
        var container = containers.get(id);
        if (!(container.state() instanceof ContainerState.Running)) {
            throw RuntimeFault.wrongState("exec in %s: it does not run", container.described());
        }
        return container;
    }

    /**
     * Runs a command. Closing the conversation kills it if it still runs.
     *
     * @throws RuntimeFault as {@link #requireRunning}; {@code INVALID_ARGUMENT} if there is no such
     *     command
     */
    public ExecConversation start(
            ContainerId id, List<String> command, StdioConfig stdio, TerminalSize size)
            throws IOException {
        var container = requireRunning(id);
        var terminal =
                stdio.tty()
                        ? Optional.of(new ExecInput.TerminalSize(size.rows(), size.columns()))
                        : Optional.<ExecInput.TerminalSize>empty();
        var sandbox = sandboxes.get(container.podSandboxId());
        var program = Program.of(planner.exec(container, sandbox, command, terminal));
        try {
            return shims.of(container.podSandboxId()).exec(id, stdio, size, program);
        } catch (PodException e) {
            throw ShimFailureText.toFault("exec in " + container.described(), e);
        }
    }
}
