// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.runtime.plan.ExecInput.TerminalSize;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.ProcessIdentity;
import dev.ristretto.runtime.spec.SecurityLabels;
import dev.ristretto.runtime.spec.UserNamespace;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class ExecPlanTest {
    private final Inputs inputs = new Inputs();

    @Test
    void ofACommand() {
        Golden.assertProgram(
                "exec-default", ExecPlan.program(inputs.exec(Optional.empty(), "/bin/true", "-x")));
    }

    @Test
    void withATerminalOnCgroupV1() {
        inputs.cgroups = Cgroups.Mode.HYBRID;
        inputs.identity = new ProcessIdentity(1000, 1000, List.of(1000L));
        inputs.noNewPrivs = true;

        Golden.assertProgram(
                "exec-v1-tty",
                ExecPlan.program(inputs.exec(Optional.of(new TerminalSize(24, 80)), "sh")));
    }

    @Test
    void inAUserNamespace() {
        var ids = new IdMap(List.of(new IdMap.Range(0, 100_000, 65_536)));
        inputs.users = Optional.of(new UserNamespace(NamespaceMode.POD, ids));

        Golden.assertProgram(
                "exec-user-namespace",
                ExecPlan.program(inputs.exec(Optional.of(new TerminalSize(24, 80)), "sh")));
    }

    @Test
    void confinesAsTheContainersOwnProcess() {
        var container = inputs.program();
        var exec = ExecPlan.program(inputs.exec(Optional.empty(), "sh"));

        assertThat(exec).containsAll(confining(container));
        assertThat(confining(exec)).isEqualTo(confining(container));
    }

    @Test
    void confinedByAppArmor_asTheContainersOwnProcess() {
        inputs.labels = new SecurityLabels("web profile", "", "");

        Golden.assertProgram(
                "exec-apparmor", ExecPlan.program(inputs.exec(Optional.empty(), "/bin/true")));
        assertThat(confining(ExecPlan.program(inputs.exec(Optional.empty(), "sh"))))
                .isEqualTo(confining(inputs.program()))
                .contains(new ShimOp.SecurityAttr("apparmor/exec", "exec web profile"));
    }

    @Test
    void withoutACommand_isRefused() {
        assertThatThrownBy(() -> ExecPlan.program(inputs.exec(Optional.empty())))
                .isInstanceOf(RuntimeFault.class)
                .hasMessage("cmd is empty: there is nothing to execute");
    }

    private static List<ShimOp> confining(List<ShimOp> program) {
        return program.stream()
                .filter(
                        op ->
                                op instanceof ShimOp.SecurityAttr
                                        || op instanceof ShimOp.Bounding
                                        || op instanceof ShimOp.SetUser
                                        || op instanceof ShimOp.Capabilities
                                        || op instanceof ShimOp.Seccomp
                                        || op instanceof ShimOp.NoNewPrivs
                                        || op instanceof ShimOp.Rlimit
                                        || op instanceof ShimOp.OomScoreAdj)
                .toList();
    }
}
