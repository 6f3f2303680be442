// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.fault.Undo;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.runtime.plan.SandboxPlan;
import dev.ristretto.runtime.spec.PodLimits;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.SandboxConfig;
import dev.ristretto.runtime.store.IdSource;

import java.io.IOException;
import java.time.InstantSource;

/**
 * {@code RunPodSandbox}: when it answers, the sandbox is ready and has its addresses. The same
 * request again joins the first.
 */
public final class RunPodSandbox {
    private final SandboxStore sandboxes;
    private final SandboxNames names;
    private final PodResources resources;
    private final PodWatches watches;
    private final Cgroups cgroups;
    private final Settings settings;

    /**
     * What the daemon gives.
     *
     * @param cgroupParent cgroup of pods that name none
     * @param users whether pods can have user namespaces
     */
    public record Settings(
            String cgroupParent, IdSource ids, InstantSource clock, UserNamespaceSupport users) {}

    public RunPodSandbox(
            Pods pods,
            PodResources resources,
            PodWatches watches,
            Cgroups cgroups,
            Settings settings) {
        this.sandboxes = pods.sandboxes();
        this.names = pods.names();
        this.resources = resources;
        this.watches = watches;
        this.cgroups = cgroups;
        this.settings = settings;
    }

    /** Runs a pod sandbox of which nobody says what it may use. */
    public PodSandboxId run(SandboxConfig config) throws IOException {
        return run(config, PodLimits.none());
    }

    /**
     * Runs a pod sandbox.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT}, {@code NAME_TAKEN}, or what a step of it met
     */
    public PodSandboxId run(SandboxConfig config, PodLimits limits) throws IOException {
        if (!config.runtimeHandler().isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "runtime_handler '%s' does not exist; only the default handler, '', does",
                    config.runtimeHandler());
        }
        if (!config.namespaces().ids().isHost() && !settings.users().works()) {
            throw RuntimeFault.unsupported(
                    "namespace_options.userns_options of pod %s: this host cannot have pods with"
                            + " user namespaces: %s",
                    config.metadata().podName(), settings.users().missing());
        }
        SandboxPlan.program(config); // refuses what cannot be, before a name is taken
        return names.claim(config, () -> make(config, limits));
    }

    private PodSandboxId make(SandboxConfig config, PodLimits limits) throws IOException {
        var sandbox = newSandbox(config, limits);
        try (var undo = new Undo()) {
            undo.push(() -> takeBack(sandbox));
            sandboxes.insert(sandbox);
            var ready = resources.make(sandbox);
            undo.push(() -> watches.end(sandbox.id()));
            watches.begin(sandbox.id());
            sandboxes.update(sandbox.id(), current -> current.in(ready));
            undo.commit();
            return sandbox.id();
        }
    }

    /** The record goes last: what cannot be taken back now is found by the next daemon. */
    private void takeBack(Sandbox sandbox) throws IOException {
        resources.takeBack(sandbox);
        sandboxes.remove(sandbox.id());
    }

    private Sandbox newSandbox(SandboxConfig config, PodLimits limits) {
        var id = new PodSandboxId(settings.ids().next());
        var given = config.cgroupParent();
        var cgroup = given.isEmpty() ? settings.cgroupParent() + "/" + id : given;
        return new Sandbox(
                id,
                config,
                settings.clock().instant(),
                cgroup,
                !cgroups.at(cgroup).exists(),
                limits,
                new SandboxState.Creating());
    }
}
