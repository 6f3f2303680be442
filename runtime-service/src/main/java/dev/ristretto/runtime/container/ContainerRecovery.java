// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.image.snapshot.Snapshots;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.sandbox.SandboxStore;
import dev.ristretto.runtime.spec.ContainerId;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The containers' part of a daemon's start, in the order in which its methods are called. */
public final class ContainerRecovery {
    private static final Logger LOG = Logger.getLogger(ContainerRecovery.class);
    private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{64}");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ContainerStore containers;
    private final SandboxStore sandboxes;
    private final Remains remains;

    /** What containers may have left. */
    public record Remains(
            Snapshots snapshots,
            Cgroups cgroups,
            ContainerPlanner planner,
            ContainerResources resources) {}

    public ContainerRecovery(ContainerStore containers, SandboxStore sandboxes, Remains remains) {
        this.containers = containers;
        this.sandboxes = sandboxes;
        this.remains = remains;
    }

    /** Takes in what the records say. */
    public void load(List<Container> found) {
        found.forEach(containers::load);
    }

    /** Takes away containers without a pod, and layers and cgroups without a container. */
    public void removeStrays() throws IOException {
        for (var container : containers.list()) {
            if (sandboxes.find(container.podSandboxId()).isEmpty()) {
                remains.resources().takeBack(container);
                containers.remove(container.id());
            }
        }
        var known =
                containers.list().stream()
                        .map(container -> container.id().value())
                        .collect(Collectors.toSet());
        for (var id : remains.snapshots().containerIds()) {
            if (!known.contains(id)) {
                LOG.infof("writable layer of container %s belongs to nobody: removed", id);
                remains.snapshots().remove(id);
            }
        }
        for (var sandbox : sandboxes.list()) {
            removeStrayCgroups(sandbox);
        }
    }

    /** Only children with a name of ours: others in a pod's cgroup are not this runtime's. */
    private void removeStrayCgroups(Sandbox sandbox) throws IOException {
        for (var name : remains.cgroups().at(sandbox.cgroup()).children()) {
            if (CONTAINER_ID.matcher(name).matches()
                    && containers.find(new ContainerId(name)).isEmpty()) {
                remains.cgroups().at(sandbox.cgroup() + "/" + name).destroy(PATIENCE);
            }
        }
    }

    /** A container that was created can be started, whatever of it was made. */
    public void prepareAgain() throws IOException {
        for (var container : containers.list()) {
            var sandbox = sandboxes.get(container.podSandboxId());
            if (container.state() instanceof ContainerState.Created
                    && sandbox.state() instanceof SandboxState.Ready) {
                prepareAgain(container, sandbox);
            }
        }
    }

    private void prepareAgain(Container container, Sandbox sandbox) throws IOException {
        try {
            var plan = remains.planner().start(container, sandbox);
            remains.resources().make(container, plan.devices());
        } catch (RuntimeException e) {
            // StartContainer will meet the same and tell whoever asks.
            LOG.warnf("%s cannot be prepared: %s", container.described(), e.getMessage());
        }
    }
}
