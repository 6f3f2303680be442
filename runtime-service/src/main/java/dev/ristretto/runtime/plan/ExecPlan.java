// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.ProcessFlags;
import dev.ristretto.runtime.shim.ShimOp;

import java.util.ArrayList;
import java.util.List;

/**
 * The program of an exec: a process beside a container's own, with all that is the container's. It
 * is confined as the container's process is, and by no more.
 */
public final class ExecPlan {
    private ExecPlan() {}

    /**
     * Decides everything.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if there is no command
     */
    public static List<ShimOp> program(ExecInput input) {
        if (input.argv().isEmpty() || input.argv().getFirst().isEmpty()) {
            throw RuntimeFault.invalidArgument("cmd is empty: there is nothing to execute");
        }
        var id = input.id().value();
        var environment = environment(input);
        var ops = new ArrayList<ShimOp>();
        ops.add(new ShimOp.OomScoreAdj(input.oomScoreAdj()));
        ops.addAll(ProcessOps.rlimits());
        ops.addAll(input.cgroup().attach());
        ops.addAll(UserNamespaces.join(input.ids()));
        // A pid namespace is entered by being born in it.
        ops.add(new ShimOp.SetnsContainer(id, ProcessFlags.CLONE_NEWPID));
        ops.add(new ShimOp.Clone(0, input.cgroup().cloneInto()));
        ops.addAll(ProcessOps.begin(input.ids()));
        ops.addAll(ProcessOps.label(input.confinement().labels()));
        ops.add(
                new ShimOp.SetnsContainer(
                        id, ProcessFlags.CLONE_NEWNS | ProcessFlags.CLONE_NEWCGROUP));
        ops.add(new ShimOp.SessionKeyring(id));
        input.terminal().ifPresent(size -> ops.add(new ShimOp.Tty(size.rows(), size.columns(), 0)));
        ops.addAll(ProcessOps.become(input.container(), input.confinement()));
        ops.add(ProcessOps.exec(input.argv(), environment));
        return List.copyOf(ops);
    }

    private static List<String> environment(ExecInput input) {
        var environment = new Environment();
        input.terminal().ifPresent(_ -> environment.put(Environment.TERM, Environment.XTERM));
        environment.putAll(input.container().environment());
        return environment.entries();
    }
}
