// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.capability.Capability;
import dev.ristretto.linux.capability.CapabilitySets;
import dev.ristretto.linux.lsm.AppArmor;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.seccomp.SeccompFilter;
import dev.ristretto.runtime.shim.Bytes;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.ProcessSpec;
import dev.ristretto.runtime.spec.SecurityLabels;

import java.util.ArrayList;
import java.util.List;

/** The last steps of a process of a container: who it is, what it may do, what it runs. */
final class ProcessOps {
    private static final int UMASK = 022;

    private static final int RLIMIT_NOFILE = 7;

    private ProcessOps() {}

    /** The first steps of a process of its own, which is root in its user namespace. */
    static List<ShimOp> begin(IdMap ids) {
        var ops = new ArrayList<ShimOp>();
        ops.add(new ShimOp.Setsid());
        ops.add(new ShimOp.Umask(UMASK));
        if (!ids.isHost()) {
            ops.add(new ShimOp.SetUser(0, 0, List.of()));
        }
        return ops;
    }

    /**
     * What security modules make of the process once it executes its command. To be said while
     * {@code /proc} is the host's: that of a container may be what its image or another container
     * made of it (CVE-2019-16884, CVE-2019-19921, CVE-2025-52881).
     */
    static List<ShimOp> label(SecurityLabels labels) {
        return labels.appArmor().isEmpty()
                ? List.of()
                : List.of(
                        new ShimOp.SecurityAttr(
                                AppArmor.EXEC_ATTRIBUTE, "exec " + labels.appArmor()));
    }

    /** To be set while the process is of the host's user namespace, which limits are raised by. */
    static List<ShimOp> rlimits() {
        return List.of(
                new ShimOp.Rlimit(
                        RLIMIT_NOFILE, ContainerPlan.OPEN_FILES, ContainerPlan.OPEN_FILES_AT_MOST));
    }

    /**
     * Becomes the process that is asked for, all but execve(2).
     *
     * <p>A filter can be installed by who has CAP_SYS_ADMIN or has set no_new_privs (seccomp(2)),
     * and the later it is installed, the fewer calls a narrow profile must allow for our sake: with
     * no_new_privs only execve(2), else capset(2) and prctl(2) too.
     */
    static List<ShimOp> become(ProcessSpec process, Confinement confinement) {
        var capabilities = confinement.capabilities();
        var identity = process.identity();
        var ops = new ArrayList<ShimOp>();
        // As root: the working directory need not be one that the user may enter (Docker, runc).
        ops.add(new ShimOp.Chdir(ContainerPath.clean(process.workingDir())));
        ops.add(new ShimOp.Bounding(capabilities.bounding()));
        ops.add(new ShimOp.SetUser(identity.uid(), identity.gid(), identity.groups()));
        if (confinement.noNewPrivs()) {
            ops.add(capset(capabilities));
            ops.add(new ShimOp.NoNewPrivs());
            confinement.seccomp().ifPresent(filter -> ops.add(seccomp(filter)));
            return ops;
        }
        confinement
                .seccomp()
                .ifPresent(
                        filter -> {
                            ops.add(ableToFilter(capabilities));
                            ops.add(seccomp(filter));
                        });
        ops.add(capset(capabilities));
        return ops;
    }

    static ShimOp exec(List<String> argv, List<String> environment) {
        return new ShimOp.Exec(
                ExecutablePaths.candidates(argv.getFirst(), environment), argv, environment);
    }

    private static ShimOp capset(CapabilitySets sets) {
        return new ShimOp.Capabilities(
                sets.effective(), sets.permitted(), sets.inheritable(), sets.ambient());
    }

    private static ShimOp ableToFilter(CapabilitySets sets) {
        long able = Capability.CAP_SYS_ADMIN.bit();
        return new ShimOp.Capabilities(
                sets.effective() | able, sets.permitted() | able, sets.inheritable(), 0);
    }

    private static ShimOp seccomp(SeccompFilter filter) {
        return new ShimOp.Seccomp(filter.flags(), Bytes.of(filter.program()));
    }
}
