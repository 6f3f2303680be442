// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.UserNamespace;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;

class SandboxPlanTest {
    private static final UserNamespace USERS =
            new UserNamespace(
                    NamespaceMode.POD, new IdMap(List.of(new IdMap.Range(0, 100_000, 65_536))));

    private final Inputs inputs = new Inputs();

    @Test
    void ofADefaultPod() {
        Golden.assertProgram("sandbox-default", SandboxPlan.program(inputs.sandbox()));
    }

    @Test
    void ofAPodThatSharesItsPidNamespace() {
        inputs.podPid = NamespaceMode.POD;
        inputs.sysctls.put("kernel.shm_rmid_forced", "1");
        inputs.sysctls.put("net.ipv4.conf.all.rp_filter", "0");
        inputs.sysctls.put("net.ipv4.conf.eth0.rp_filter", "0");
        inputs.sysctls.put("net.ipv4.ip_unprivileged_port_start", "1024");

        Golden.assertProgram("sandbox-shared-pid", SandboxPlan.program(inputs.sandbox()));
    }

    @Test
    void sysctlsOfInterfaces_waitForThem() {
        inputs.sysctls.put("net/ipv4/conf/eth0.1/rp_filter", "0");
        inputs.sysctls.put("net.ipv6.conf.eth0.disable_ipv6", "1");
        inputs.sysctls.put("net.ipv4.neigh.eth0.ucast_solicit", "5");
        inputs.sysctls.put("net.ipv4.conf.lo.rp_filter", "0");
        inputs.sysctls.put("net.ipv4.conf.default.rp_filter", "0");
        inputs.sysctls.put("net.core.somaxconn", "5");

        assertThat(SandboxPlan.interfaceSysctls(inputs.sandbox()))
                .containsExactly(
                        entry("net/ipv4/conf/eth0.1/rp_filter", "0"),
                        entry("net/ipv4/neigh/eth0/ucast_solicit", "5"),
                        entry("net/ipv6/conf/eth0/disable_ipv6", "1"));
    }

    @Test
    void ofAPodWithAUserNamespaceThatSharesItsPidNamespace() {
        inputs.users = Optional.of(USERS);
        inputs.podPid = NamespaceMode.POD;

        Golden.assertProgram("sandbox-user-namespace", SandboxPlan.program(inputs.sandbox()));
    }

    @Test
    void withAUserNamespaceInTheHostsNetwork_ownsItsIpcAlone() {
        inputs.users = Optional.of(USERS);
        inputs.network = NamespaceMode.NODE;
        var mapping = List.of(0L, 100_000L, 65_536L);

        assertThat(SandboxPlan.program(inputs.sandbox()))
                .containsExactly(
                        new ShimOp.PodUserNamespace(0x08000000, mapping, mapping),
                        new ShimOp.PodMounts(64 << 20));
    }

    @Test
    void ofAPodInTheHostsNamespaces() {
        inputs.network = NamespaceMode.NODE;
        inputs.ipc = NamespaceMode.NODE;
        inputs.podPid = NamespaceMode.NODE;

        assertThat(SandboxPlan.program(inputs.sandbox())).containsExactly(new ShimOp.PodMounts(0));
    }

    @Test
    void inTheHostsNetwork_keepsItsNameButHasItsOwnIpc() {
        inputs.network = NamespaceMode.NODE;

        assertThat(SandboxPlan.program(inputs.sandbox()))
                .containsExactly(new ShimOp.Unshare(0x08000000), new ShimOp.PodMounts(64 << 20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vm.swappiness",
                "kernel.panic",
                "fs.file-max",
                "kernel.hostname",
                "kernel.shmmax2",
                "kernel/core_pattern",
                "user.max_user_namespaces"
            })
    void withASysctlOfTheHost_isRefusedNamingIt(String name) {
        inputs.sysctls.put(name, "1");

        assertRefused("'" + name + "' belongs to no namespace");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "net",
                "net.",
                "net..ipv4",
                "../kernel/panic",
                "net/../kernel/panic",
                "net/ipv4/..",
                "net ipv4",
                "/net/ipv4/ip_forward",
                "net/./ipv4",
                "net\0.x"
            })
    void withAStrangeName_isRefused(String name) {
        inputs.sysctls.put(name, "1");

        assertRefused("is not the name of one");
    }

    @ParameterizedTest
    @CsvSource({
        "net.ipv4.ip_forward, NODE, POD, host's network",
        "kernel.domainname, NODE, POD, host's network",
        "kernel.sem, POD, NODE, host's IPC",
        "fs.mqueue.msg_max, POD, NODE, host's IPC"
    })
    void withASysctlOfANamespaceThatIsTheHosts_isRefused(
            String name, NamespaceMode network, NamespaceMode ipc, String whose) {
        inputs.network = network;
        inputs.ipc = ipc;
        inputs.sysctls.put(name, "1");

        assertRefused("'" + name + "' is of the " + whose);
    }

    @Test
    void withAValueOfTwoLines_isRefused() {
        inputs.sysctls.put("net.ipv4.ip_forward", "1\n2");

        assertRefused("has a value of more than one line");
    }

    @Test
    void withAHostnameThatIsTooLong_isRefused() {
        inputs.hostname = "a".repeat(65);

        assertRefused("config.hostname");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> SandboxPlan.program(inputs.sandbox()))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageContaining(message);
    }
}
