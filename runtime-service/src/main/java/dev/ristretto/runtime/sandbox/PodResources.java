// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.fault.Undo;
import dev.ristretto.linux.cgroup.CgroupLimits;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.runtime.flight.Steps;
import dev.ristretto.runtime.network.PodAttachment;
import dev.ristretto.runtime.network.PodNetwork;
import dev.ristretto.runtime.network.PodNetworks;
import dev.ristretto.runtime.plan.SandboxPlan;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a pod has in the kernel and on the disk beside its record: run directory, podshim, network,
 * and the cgroup that comes with its first container. Made in this order and taken back in the
 * opposite one; taking back is idempotent and wants nothing but the record, so that a new daemon
 * can finish what a killed one began.
 */
public final class PodResources {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Cgroups cgroups;
    private final PodFiles files;
    private final PodShims shims;
    private final PodNetworks networks;

    public PodResources(Cgroups cgroups, PodFiles files, PodShims shims, PodNetworks networks) {
        this.cgroups = cgroups;
        this.files = files;
        this.shims = shims;
        this.networks = networks;
    }

    /** Makes everything of a new pod; what was made of it is taken back by the caller's undo. */
    SandboxState.Ready make(Sandbox sandbox) throws IOException {
        var config = sandbox.config();
        makeCgroup(sandbox);
        Steps.act("make its directories", () -> files.make(sandbox.id()));
        int pid = createShim(sandbox);
        var network = attach(sandbox, pid);
        Steps.act(
                "set sysctls of its interface",
                () -> shims.setInterfaceSysctls(pid, SandboxPlan.interfaceSysctls(config)));
        Steps.act("write its files", () -> files.write(sandbox.id(), config, network));
        return sandbox.state().ready(pid, network);
    }

    /** Without limits it comes with the first container's, which makes what is missing above it. */
    private void makeCgroup(Sandbox sandbox) throws IOException {
        var limits = sandbox.limits().ofCgroup();
        if (sandbox.limitsCgroup() && !limits.equals(CgroupLimits.none())) {
            Steps.act(
                    "limit cgroup " + sandbox.cgroup(),
                    () -> cgroups.create(sandbox.cgroup()).write(limits));
        }
    }

    private int createShim(Sandbox sandbox) throws IOException {
        try {
            return shims.create(sandbox, SandboxPlan.program(sandbox.config()));
        } catch (RuntimeFault e) {
            // Without an answer the podshim may come to be later. It must find no place to listen.
            files.delete(sandbox.id());
            shims.killAll(sandbox.id());
            throw e;
        }
    }

    private PodNetwork attach(Sandbox sandbox, int shimPid) {
        var config = sandbox.config();
        if (config.namespaces().hostNetwork()) {
            return PodNetwork.host();
        }
        var attachment =
                new PodAttachment(
                        sandbox.id().value(),
                        config.metadata().podName(),
                        Path.of("/proc", Integer.toString(shimPid), "ns/net"),
                        config.portMappings(),
                        new PodAttachment.Details(
                                config.metadata().namespace(),
                                config.metadata().name(),
                                config.metadata().uid(),
                                config.dns(),
                                config.annotations(),
                                sandbox.cgroup()));
        var network = Steps.step("attach its network", () -> networks.attach(attachment));
        Steps.note("its addresses are %s", network.ips());
        return network;
    }

    /** Ends its podshim and with it its namespaces; its files stay for those who look. */
    void endShim(Sandbox sandbox) throws IOException {
        Steps.act("end its podshim", () -> shims.end(sandbox.id(), sandbox.state().knownShimPid()));
    }

    /** Its network can be taken back as if its podshim still lived; for right before that ends. */
    void keepNetns(Sandbox sandbox) {
        networks.keepNetns(sandbox.id().value());
    }

    /** Takes back its network; again is fine. */
    void detach(Sandbox sandbox) {
        Steps.act("take back its network", () -> networks.detach(sandbox.id().value()));
    }

    /** The same, when nobody waits for it: it may be done later. */
    void release(Sandbox sandbox) {
        Steps.act("give up its network", () -> networks.release(sandbox.id().value()));
    }

    /** Takes back everything but the record. */
    void takeBack(Sandbox sandbox) throws IOException {
        takeBack(sandbox, () -> detach(sandbox));
    }

    /** The same, when nobody waits for it. */
    void abandon(Sandbox sandbox) throws IOException {
        takeBack(sandbox, () -> release(sandbox));
    }

    private void takeBack(Sandbox sandbox, Undo.Step network) throws IOException {
        try (var undo = new Undo()) {
            // Everything is tried, even if something before it fails.
            undo.push(() -> Steps.act("delete its files", () -> files.delete(sandbox.id())));
            undo.push(() -> deleteCgroup(sandbox));
            undo.push(() -> endShim(sandbox));
            undo.push(network);
        }
    }

    /** Ends a podshim that no record names and deletes its directory. */
    void removeStray(PodSandboxId id) throws IOException {
        shims.end(id, OptionalInt.empty());
        files.delete(id);
    }

    /** What runs in the pod, as its podshim says; empty if there is no podshim. */
    Optional<Set<ContainerId>> running(PodSandboxId id) throws IOException {
        return shims.running(id);
    }

    private void deleteCgroup(Sandbox sandbox) throws IOException {
        if (!sandbox.ownsCgroup()) {
            return;
        }
        var cgroup = cgroups.at(sandbox.cgroup());
        // A parent that the client named may be that of other pods too: the last one takes it.
        boolean shared = !sandbox.config().cgroupParent().isEmpty();
        if (!shared || (cgroup.children().isEmpty() && cgroup.processes().isEmpty())) {
            Steps.act("remove cgroup " + sandbox.cgroup(), () -> cgroup.destroy(PATIENCE));
        }
    }
}
