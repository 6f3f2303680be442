// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.runtime.container.ContainerState.Exited;
import dev.ristretto.runtime.container.ContainerState.Running;
import dev.ristretto.runtime.sandbox.PodLoss;
import dev.ristretto.runtime.sandbox.PodShims;
import dev.ristretto.runtime.sandbox.PodWatches;
import dev.ristretto.runtime.shim.ContainerReport;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Writes down what podshims tell. */
public final class ContainerWatcher implements PodWatches.Listener {
    private static final Logger LOG = Logger.getLogger(ContainerWatcher.class);
    private static final int SIGKILL = 9;

    private final ContainerStore containers;
    private final ContainerExits exits;
    private final PodShims shims;
    private final Losses losses;

    /** What is done when somebody is gone. */
    public record Losses(PodLoss pods, ContainerLoss containers) {}

    public ContainerWatcher(
            ContainerStore containers, ContainerExits exits, PodShims shims, Losses losses) {
        this.containers = containers;
        this.exits = exits;
        this.shims = shims;
        this.losses = losses;
    }

    @Override
    public void begun(PodSandboxId podSandboxId, List<ContainerReport> reports) {
        reports.forEach(report -> changed(podSandboxId, report));
        var known = reports.stream().map(ContainerReport::containerId).collect(Collectors.toSet());
        for (var container : containers.of(podSandboxId)) {
            if (container.state() instanceof Running && !known.contains(container.id())) {
                abandon(container);
            }
        }
    }

    private void abandon(Container container) {
        try {
            LOG.warnf("%s ran, but its podshim does not know it", container.described());
            losses.containers().abandon(container);
        } catch (IOException | RuntimeException e) {
            LOG.errorf(e, "end %s", container.described());
        }
    }

    @Override
    public void changed(PodSandboxId podSandboxId, ContainerReport report) {
        try {
            switch (report) {
                case ContainerReport.Starting _ -> {}
                case ContainerReport.Running(var id, var pid, var startedAt) ->
                        running(podSandboxId, id, pid, startedAt);
                case ContainerReport.Exited(var id, var exit) -> exits.ended(id, exit);
            }
        } catch (IOException | RuntimeException e) {
            if (containers.find(report.containerId()).isEmpty()) {
                LOG.debugf("%s: %s", report, e.getMessage()); // removed while it was spoken of
            } else {
                LOG.errorf(e, "record %s of pod sandbox %s", report, podSandboxId);
            }
        }
    }

    @Override
    public void gone(PodSandboxId id) throws IOException {
        losses.pods().gone(id);
    }

    private void running(PodSandboxId podSandboxId, ContainerId id, int pid, Instant startedAt)
            throws IOException {
        if (containers.find(id).isEmpty()) {
            LOG.warnf("container %s runs but belongs to nobody: killed", id);
            shims.of(podSandboxId).signal(id, SIGKILL);
            return;
        }
        var now =
                containers.observe(
                        id, container -> container.in(container.state().started(startedAt, pid)));
        if (now.state() instanceof Exited) {
            // Its start was given up because there was no answer in time.
            LOG.warnf("%s runs but was recorded as ended: killed", now.described());
            shims.of(podSandboxId).signal(id, SIGKILL);
        }
    }
}
