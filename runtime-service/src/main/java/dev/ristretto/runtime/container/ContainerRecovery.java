// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.Undo;
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
    public void removeStrays() {
        for (var container : containers.list()) {
            if (sandboxes.find(container.podSandboxId()).isEmpty()) {
                LOG.warnf("%s has no pod any more: removed", container.described());
                attempt("remove " + container.described(), () -> remove(container));
            }
        }
        var known =
                containers.list().stream()
                        .map(container -> container.id().value())
                        .collect(Collectors.toSet());
        for (var id : remains.snapshots().containerIds()) {
            if (!known.contains(ImageMounts.ownerOf(id))) {
                LOG.infof("writable layer of container %s belongs to nobody: removed", id);
                attempt("remove layer " + id, () -> remains.snapshots().remove(id));
            }
        }
        for (var sandbox : sandboxes.list()) {
            attempt("remove cgroups of " + sandbox.described(), () -> removeStrayCgroups(sandbox));
        }
    }

    private void remove(Container container) throws IOException {
        remains.resources().takeBack(container);
        containers.remove(container.id());
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
    public void prepareAgain() {
        for (var container : containers.list()) {
            var sandbox = sandboxes.find(container.podSandboxId());
            if (container.state() instanceof ContainerState.Created
                    && sandbox.isPresent()
                    && sandbox.get().state() instanceof SandboxState.Ready) {
                // StartContainer will meet the same failure and tell whoever asks.
                attempt(
                        "prepare " + container.described(),
                        () -> prepareAgain(container, sandbox.get()));
            }
        }
    }

    private void prepareAgain(Container container, Sandbox sandbox) throws IOException {
        var plan = remains.planner().start(container, sandbox);
        remains.resources().make(container, plan.devices());
    }

    /** What cannot be done for one container must not keep the others from being served. */
    private static void attempt(String what, Undo.Step step) {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            LOG.errorf(e, "%s: left for now", what);
        }
    }
}
