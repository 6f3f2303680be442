// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.sandbox.PodLoss;
import dev.ristretto.runtime.sandbox.PodShims;
import dev.ristretto.runtime.sandbox.PodWatches;
import dev.ristretto.runtime.shim.ContainerReport;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.Instant;

/** Writes down what podshims tell. */
public final class ContainerWatcher implements PodWatches.Listener {
    private static final Logger LOG = Logger.getLogger(ContainerWatcher.class);
    private static final int SIGKILL = 9;

    private final ContainerStore containers;
    private final ContainerExits exits;
    private final PodShims shims;
    private final PodLoss loss;

    public ContainerWatcher(
            ContainerStore containers, ContainerExits exits, PodShims shims, PodLoss loss) {
        this.containers = containers;
        this.exits = exits;
        this.shims = shims;
        this.loss = loss;
    }

    @Override
    public void changed(PodSandboxId podSandboxId, ContainerReport report) {
        try {
            switch (report) {
                case ContainerReport.Prepared _ -> {}
                case ContainerReport.Running(var id, var pid, var startedAt) ->
                        running(podSandboxId, id, pid, startedAt);
                case ContainerReport.Exited(var id, var exit) -> exits.ended(id, exit);
            }
        } catch (RuntimeFault e) {
            // It was removed while its podshim spoke of it.
            LOG.debugf("%s: %s", report, e.getMessage());
        } catch (IOException e) {
            LOG.errorf(e, "record %s of pod sandbox %s", report, podSandboxId);
        }
    }

    @Override
    public void gone(PodSandboxId id) throws IOException {
        loss.gone(id);
    }

    private void running(PodSandboxId podSandboxId, ContainerId id, int pid, Instant startedAt)
            throws IOException {
        if (containers.find(id).isEmpty()) {
            LOG.warnf("container %s runs but belongs to nobody: killed", id);
            shims.of(podSandboxId).signal(id, SIGKILL);
            return;
        }
        containers.update(id, container -> container.in(container.state().started(startedAt, pid)));
    }
}
