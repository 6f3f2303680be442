// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.flight.Steps;
import dev.ristretto.runtime.sandbox.PodShims;
import dev.ristretto.runtime.sandbox.Pods;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.shim.ContainerReport;
import dev.ristretto.runtime.shim.PodErrorException;
import dev.ristretto.runtime.shim.PodException;
import dev.ristretto.runtime.shim.Program;
import dev.ristretto.runtime.shim.ProgramWords;
import dev.ristretto.runtime.shim.ShimClient;
import dev.ristretto.runtime.shim.ShimFailureText;
import dev.ristretto.runtime.shim.Started;
import dev.ristretto.runtime.spec.ContainerId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * {@code StartContainer}: when it answers, the container's command runs. A container whose start
 * failed has ended, with reason {@code StartError} and the failure as its message.
 */
public final class StartContainer {
    private static final int START_ERROR_EXIT = 128;

    private final Pods pods;
    private final ContainerStore containers;
    private final ContainerExits exits;
    private final PodShims shims;
    private final Preparation preparation;

    /** What a start needs before the podshim does it. */
    public record Preparation(
            ContainerPlanner planner, ContainerResources resources, InstantSource clock) {}

    public StartContainer(
            Pods pods,
            ContainerStore containers,
            ContainerExits exits,
            PodShims shims,
            Preparation preparation) {
        this.pods = pods;
        this.containers = containers;
        this.exits = exits;
        this.shims = shims;
        this.preparation = preparation;
    }

    /**
     * Starts a container.
     *
     * @throws RuntimeFault {@code NOT_FOUND}, {@code WRONG_STATE} if it was started before or its
     *     pod is stopped, or what the failing step met
     */
    public void run(ContainerId id) throws IOException {
        var podSandboxId = containers.get(id).podSandboxId();
        pods.locks()
                .call(
                        podSandboxId,
                        () -> {
                            start(containers.get(id));
                            return id;
                        });
    }

    private void start(Container container) throws IOException {
        var sandbox = pods.sandboxes().get(container.podSandboxId());
        requireStartable(container, sandbox);
        try {
            var started = launch(container, sandbox);
            Steps.note("it runs as pid %d", started.pid());
            preparation.planner().hooks().started(container, started.pid());
            containers.observe(
                    container.id(),
                    current -> current.in(current.state().started(started.at(), started.pid())));
        } catch (PodException e) {
            throw failed(container, ShimFailureText.toFault("start " + container.described(), e));
        } catch (RuntimeFault e) {
            throw failed(container, e);
        } catch (IOException e) {
            throw failed(
                    container,
                    RuntimeFault.internal(
                            e, "start %s: %s", container.described(), e.getMessage()));
        }
    }

    private Started launch(Container container, Sandbox sandbox) throws IOException {
        var plan =
                Steps.step("plan its start", () -> preparation.planner().start(container, sandbox));
        var log = container.logPath();
        if (log.isPresent()) {
            Files.createDirectories(log.get().getParent());
        }
        preparation.planner().hooks().prepare(container, sandbox);
        var shim = shims.of(container.podSandboxId());
        try {
            var program = Program.of(plan.program());
            return Steps.program(
                    "have its podshim start it",
                    ProgramWords.of(program),
                    () ->
                            shim.start(
                                    container.id(),
                                    log.map(Path::toString).orElse(""),
                                    container.config().stdio(),
                                    program));
        } catch (PodErrorException | RuntimeFault e) {
            // It may have been started, by this request without an answer or by one before it.
            var started = startedNow(shim, container.id());
            if (started.isEmpty()) {
                throw e;
            }
            return started.get();
        }
    }

    private static Optional<Started> startedNow(ShimClient shim, ContainerId id)
            throws IOException {
        for (var report : shim.status().containers()) {
            if (report instanceof ContainerReport.Running(var running, var pid, var at)
                    && running.equals(id)) {
                return Optional.of(new Started(pid, at));
            }
        }
        return Optional.empty();
    }

    private RuntimeFault failed(Container container, RuntimeFault fault) {
        var message = String.valueOf(fault.getMessage());
        exits.record(
                container.id(),
                new ContainerState.Exited(
                        Optional.empty(),
                        preparation.clock().instant(),
                        START_ERROR_EXIT,
                        "StartError",
                        message));
        return fault;
    }

    private static void requireStartable(Container container, Sandbox sandbox) {
        switch (container.state()) {
            case ContainerState.Created() -> {}
            case ContainerState.Running(_, var pid) ->
                    throw RuntimeFault.wrongState(
                            "start %s: already running as pid %d", container.described(), pid);
            case ContainerState.Exited exited ->
                    throw RuntimeFault.wrongState(
                            "start %s: exited with code %d at %s; create a new one",
                            container.described(), exited.exitCode(), exited.finishedAt());
        }
        if (!(sandbox.state() instanceof SandboxState.Ready)) {
            throw RuntimeFault.wrongState(
                    "start %s: %s is stopped", container.described(), sandbox.described());
        }
    }
}
