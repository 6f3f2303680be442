// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.syscall.ProcessFlags;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.SandboxConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The program of a pod: its podshim becomes the holder of the pod's namespaces. */
public final class SandboxPlan {
    /** {@code /dev/shm} of a pod, as Docker and every Kubernetes runtime have it. */
    private static final long SHM_BYTES = 64L << 20;

    private SandboxPlan() {}

    /**
     * Sysctls of single interfaces, by path below {@code /proc/sys}: they can only be set in the
     * pod's network namespace once the interface is there.
     */
    public static Map<String, String> interfaceSysctls(SandboxConfig config) {
        return PodSysctls.onceAttached(config);
    }

    /**
     * Decides everything.
     *
     * @throws dev.ristretto.fault.RuntimeFault {@code INVALID_ARGUMENT} for a sysctl that is not
     *     the pod's own to set, and for a host name that the kernel cannot hold
     */
    public static List<ShimOp> program(SandboxConfig config) {
        var namespaces = config.namespaces();
        var sysctls = PodSysctls.atOnce(config);
        var ops = new ArrayList<ShimOp>();
        long flags =
                (namespaces.hostNetwork()
                                ? 0
                                : ProcessFlags.CLONE_NEWNET | ProcessFlags.CLONE_NEWUTS)
                        | (namespaces.hostIpc() ? 0 : ProcessFlags.CLONE_NEWIPC);
        boolean ownPids = namespaces.pid() == NamespaceMode.POD;
        var ids = namespaces.ids();
        if (!ids.isHost()) {
            // Whatever is to belong to the user namespace is made with it.
            long pids = ownPids ? ProcessFlags.CLONE_NEWPID : 0;
            ops.add(new ShimOp.PodUserNamespace(flags | pids, ids.numbers(), ids.numbers()));
        } else if (flags != 0) {
            ops.add(new ShimOp.Unshare(flags));
        }
        ops.add(new ShimOp.PodMounts(namespaces.hostIpc() ? 0 : SHM_BYTES));
        if (!namespaces.hostNetwork()) {
            ops.add(new ShimOp.LoopbackUp());
            if (!config.hostname().isEmpty()) {
                ops.add(new ShimOp.Sethostname(Hostname.checked(config.hostname())));
            }
        }
        sysctls.forEach((name, value) -> ops.add(new ShimOp.Sysctl(name, value)));
        // Last: its PID 1 is a fork of the podshim and is to be in all of the above.
        if (ownPids && ids.isHost()) {
            ops.add(new ShimOp.PodPidNamespace());
        }
        return List.copyOf(ops);
    }
}
