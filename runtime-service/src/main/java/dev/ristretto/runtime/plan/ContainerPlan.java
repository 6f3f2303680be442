// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.cgroup.DeviceRules;
import dev.ristretto.linux.syscall.ProcessFlags;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.CdiHook;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.SandboxConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What starts a container.
 *
 * @param program for {@code CONTAINER_START}
 * @param devices for its cgroup; to be written before the program runs
 */
public record ContainerPlan(List<ShimOp> program, DeviceRules devices) {
    /**
     * Open files of a container's processes (RLIMIT_NOFILE, soft): programs that close every
     * descriptor they might have take no time for it, those that ask for 65,536 (Elasticsearch)
     * find them, and whoever wants more may raise it himself.
     */
    public static final long OPEN_FILES = 65_536;

    /** How far they may raise it (hard), where the daemon may give as many. */
    public static final long OPEN_FILES_AT_MOST = 1_048_576;

    /** Where the pod's mount namespace keeps a place for a container's root, and its /dev/shm. */
    private static final String POD_ROOT = "/root";

    static final String POD_SHM = "/shm";

    public ContainerPlan {
        program = List.copyOf(program);
    }

    /**
     * Decides everything.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if the config asks for what cannot be, {@code
     *     UNSUPPORTED} or {@code CRI_NAMED} if this host cannot do it
     */
    public static ContainerPlan of(ContainerInput input) {
        if (input.privileged() && !input.sandbox().privileged()) {
            throw RuntimeFault.invalidArgument(
                    "security_context.privileged of container %s is set, but that of pod %s is not;"
                            + " make the pod sandbox privileged",
                    input.config().metadata().name(), input.sandbox().metadata().podName());
        }
        UserNamespaces.requireThePods(input);
        return new ContainerPlan(program(input), devices(input));
    }

    private static List<ShimOp> program(ContainerInput input) {
        var slots = new Slots();
        var binds = BindMounts.of(input, slots);
        var cgroups = CgroupMounts.of(input, slots);
        var shm = ShmMount.of(input, slots);
        var root = OverlayRoot.of(input, slots);
        var kernel = KernelMounts.of(input, slots);
        var devices = DeviceNodes.of(input, slots);
        var mapped = MappedLayers.of(input, slots);
        int host = input.hooks().create() ? slots.next() : Slots.ROOT;

        var ops = new ArrayList<ShimOp>();
        ops.add(new ShimOp.OomScoreAdj(input.config().oomScoreAdj()));
        ops.addAll(ProcessOps.rlimits());
        ops.addAll(binds.opens());
        ops.addAll(cgroups.opens());
        ops.addAll(shm.opens());
        ops.addAll(kernel.opens());
        ops.addAll(devices.opens());
        if (host != Slots.ROOT) {
            ops.addAll(input.hooks().openHost(host));
        }
        ops.addAll(mapped.ops());
        ops.addAll(binds.imageOpens());
        ops.addAll(root.opens());
        ops.addAll(input.cgroup().attach());
        ops.addAll(UserNamespaces.join(input.ids()));
        joinPid(input).ifPresent(ops::add);
        ops.add(new ShimOp.Clone(pidFlags(input), input.cgroup().cloneInto()));
        ops.addAll(ProcessOps.begin(input.ids()));
        if (host == Slots.ROOT) {
            ops.addAll(ProcessOps.label(input.confinement().labels()));
        }
        ops.add(new ShimOp.SetnsPod(ProcessFlags.CLONE_NEWNS));
        ops.addAll(shm.podOpens());
        var mounts = new ArrayList<ShimOp>();
        mounts.add(new ShimOp.SessionKeyring(input.id().value()));
        mounts.addAll(kernel.attaches());
        mounts.addAll(shm.attaches());
        mounts.addAll(cgroups.attaches());
        mounts.addAll(devices.attaches());
        mounts.addAll(binds.attaches());
        ops.add(newMounts(input));
        ops.addAll(kernel.makes());
        ops.addAll(enterRoot(input, host, root.slot(), mounts));
        ops.addAll(finish(input, slots, root));
        return ops;
    }

    /** Once its root is its own and everything is mounted. */
    private static List<ShimOp> finish(ContainerInput input, Slots slots, OverlayRoot root) {
        var ops = new ArrayList<>(ImageVolumes.ops(input, slots));
        ops.add(
                new ShimOp.EnsureDir(
                        Slots.ROOT, ContainerPath.clean(input.process().workingDir()), 0755));
        ops.addAll(HiddenPaths.ops(input));
        ops.addAll(root.seals());
        if (input.config().stdio().tty()) {
            ops.add(DeviceNodes.terminal(input));
        }
        ops.addAll(ProcessOps.become(input.process(), input.confinement()));
        ops.addAll(input.hooks().ops(CdiHook.Kind.START_CONTAINER));
        ops.add(ProcessOps.exec(input.process().argv(), input.process().environment()));
        return ops;
    }

    private static ShimOp newMounts(ContainerInput input) {
        // The cgroup namespace is made by the child: clone3(2) would take the parent's cgroup, not
        // the one that CLONE_INTO_CGROUP names, for its root.
        long cgroupNamespace = input.privileged() ? 0 : ProcessFlags.CLONE_NEWCGROUP;
        return new ShimOp.Unshare(ProcessFlags.CLONE_NEWNS | cgroupNamespace);
    }

    /**
     * Afterwards there is only the container's own root; the pod's and the host's are gone. Hooks
     * that are to see both are run when everything is mounted, in a copy of the host's mounts.
     */
    private static List<ShimOp> enterRoot(
            ContainerInput input, int host, int root, List<ShimOp> mounts) {
        var ops = new ArrayList<ShimOp>();
        if (host == Slots.ROOT) {
            ops.add(new ShimOp.MoveMount(root, Slots.ROOT, POD_ROOT));
            ops.add(new ShimOp.PivotRoot(root));
            ops.addAll(mounts);
            return ops;
        }
        ops.add(new ShimOp.MoveMount(host, Slots.ROOT, POD_ROOT));
        ops.add(new ShimOp.PivotRoot(host));
        ops.add(new ShimOp.MoveMount(root, Slots.ROOT, input.hooks().rootfs().toString()));
        ops.addAll(Hooks.inside(root, mounts));
        ops.addAll(input.hooks().ops(CdiHook.Kind.CREATE_CONTAINER));
        // Not before: hooks are of the host, and would run as the container is to.
        ops.addAll(ProcessOps.label(input.confinement().labels()));
        ops.add(new ShimOp.PivotRoot(root));
        return ops;
    }

    private static Optional<ShimOp> joinPid(ContainerInput input) {
        var namespaces = input.config().security().namespaces();
        return switch (effectivePid(input)) {
            case POD -> Optional.of(new ShimOp.SetnsPod(ProcessFlags.CLONE_NEWPID));
            case TARGET ->
                    Optional.of(
                            new ShimOp.SetnsContainer(
                                    namespaces.targetId(), ProcessFlags.CLONE_NEWPID));
            case CONTAINER, NODE -> Optional.empty();
        };
    }

    private static long pidFlags(ContainerInput input) {
        return switch (effectivePid(input)) {
            case CONTAINER -> ProcessFlags.CLONE_NEWPID;
            case POD, NODE, TARGET -> 0;
        };
    }

    private static NamespaceMode effectivePid(ContainerInput input) {
        return PidNamespace.of(
                input.sandbox().namespaces().pid(), input.config().security().namespaces().pid());
    }

    private static DeviceRules devices(ContainerInput input) {
        if (input.privileged()) {
            return DeviceRules.all();
        }
        return DeviceRules.containerDefaults()
                .plus(input.devices().stream().map(ResolvedDevice::rule).toList());
    }

    static boolean hostIpc(SandboxConfig sandbox) {
        return sandbox.namespaces().hostIpc();
    }
}
