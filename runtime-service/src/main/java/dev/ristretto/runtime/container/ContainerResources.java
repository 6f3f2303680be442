// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.Undo;
import dev.ristretto.image.snapshot.Snapshots;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.cgroup.DeviceRules;
import dev.ristretto.runtime.flight.Steps;
import dev.ristretto.runtime.sandbox.PodShims;
import dev.ristretto.runtime.shim.PodGoneException;

import java.io.IOException;
import java.time.Duration;

/**
 * What a container has beside its record: writable layer, cgroup. Taking back is idempotent and
 * wants nothing but the record.
 */
public final class ContainerResources {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Snapshots snapshots;
    private final ImageMounts imageMounts;
    private final Cgroups cgroups;
    private final PodShims shims;
    private final ContainerPlanner planner;

    public ContainerResources(
            Snapshots snapshots, Cgroups cgroups, PodShims shims, ContainerPlanner planner) {
        this.snapshots = snapshots;
        this.imageMounts = new ImageMounts(snapshots);
        this.cgroups = cgroups;
        this.shims = shims;
        this.planner = planner;
    }

    /** Makes the cgroup with its limits; again is fine. */
    void make(Container container, DeviceRules devices) throws IOException {
        var cgroup =
                Steps.step(
                        "make cgroup " + container.cgroup(),
                        () -> cgroups.create(container.cgroup()));
        Steps.act("write its limits", () -> cgroup.write(container.limits()));
        Steps.act("restrict its devices", () -> cgroup.restrictDevices(devices));
    }

    /** Takes back everything but the record. Its process has ended. */
    void takeBack(Container container) throws IOException {
        try (var undo = new Undo()) {
            // Everything is tried, even if something before it fails.
            undo.push(() -> planner.forget(container));
            undo.push(
                    () ->
                            Steps.act(
                                    "delete its writable layer",
                                    () -> snapshots.remove(container.id().value())));
            undo.push(() -> imageMounts.remove(container.id(), container.config()));
            undo.push(() -> planner.hooks().removed(container));
            undo.push(
                    () ->
                            Steps.act(
                                    "remove cgroup " + container.cgroup(),
                                    () -> cgroups.at(container.cgroup()).destroy(PATIENCE)));
            undo.push(() -> forget(container));
        }
    }

    private void forget(Container container) throws IOException {
        try {
            shims.of(container.podSandboxId()).forget(container.id());
        } catch (PodGoneException e) {
            // The podshim went with all it knew.
        }
    }
}
