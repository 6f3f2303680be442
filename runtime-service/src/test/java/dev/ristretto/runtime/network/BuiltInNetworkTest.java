// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class BuiltInNetworkTest {
    private static final PortMapping WEB = PortMapping.of(PortProtocol.SCTP, 80, 8080, "");

    @TempDir private Path directory;
    private FakeHost host;
    private PacketFilter.Source filters;
    private boolean installed;
    private BuiltInNetwork network;

    @BeforeEach
    void aFreshHost() throws IOException {
        host = new FakeHost();
        filters = () -> host::apply;
        for (var key :
                List.of(
                        "ipv4/ip_forward",
                        "ipv4/conf/ristretto0/route_localnet",
                        "ipv6/conf/ristretto0/accept_ra",
                        "ipv6/conf/ristretto0/accept_dad",
                        "ipv6/conf/all/forwarding")) {
            Files.createDirectories(directory.resolve("sysctls").resolve(key).getParent());
            Files.writeString(directory.resolve("sysctls").resolve(key), "1\n");
        }
        network = daemon();
    }

    @Test
    void attach_givesAnAddressOfEachFamilyAndAGateway() {
        var attached = network.attach(pod("a"));

        assertThat(attached.ipTexts()).containsExactly("10.93.0.2", "fd93::2");
        assertThat(attached.gateways().stream().map(IpText::of))
                .containsExactly("10.93.0.1", "fd93::1");
        assertThat(attached.interfaceName()).isEqualTo("eth0");
        assertThat(host.veths).containsExactly(attached.hostInterfaceName());
        assertThat(attached.hostInterfaceName()).hasSize(15);
    }

    @Test
    void attach_ofAPodWithoutHostPorts_runsNoTransactionOfItsOwn() {
        network.attach(pod("a"));
        int before = host.commands.size();

        network.attach(pod("b"));

        assertThat(host.commands).hasSize(before);
    }

    @Test
    void attach_ofAPodWithHostPorts_isOneTransaction() {
        network.attach(pod("a"));
        int before = host.commands.size();

        network.attach(pod("b", WEB, PortMapping.of(PortProtocol.SCTP, 81, 8081, "")));

        assertThat(host.commands).hasSize(before + 1);
        assertThat(host.commands.getLast().lines()).hasSize(4);
    }

    @Test
    void attach_ofAPortThatAnotherPodHas_leavesNothing() {
        network.attach(pod("a", WEB));

        assertThatThrownBy(() -> network.attach(pod("b", WEB)))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.NAME_TAKEN))
                .hasMessageContaining("default/a");
        assertThat(host.veths).hasSize(1);
        assertThat(leaseFiles()).containsExactly("a.json");
    }

    @Test
    void attach_thatFailsHalfWay_leavesNothing() {
        host.failing = "addVeth";

        assertThatThrownBy(() -> network.attach(pod("a", WEB)))
                .hasMessage(
                        "attach pod default/a to bridge ristretto0: addVeth: Operation not"
                                + " permitted (EPERM)");
        assertThat(host.veths).isEmpty();
        assertThat(leaseFiles()).isEmpty();
    }

    @Test
    void attach_whenTheHostPortsAreRefused_leavesNothing() {
        network.attach(pod("a"));
        host.failingCommand = "8080";

        assertThatThrownBy(() -> network.attach(pod("b", WEB)))
                .hasMessageContaining("No such file");
        assertThat(host.veths).hasSize(1);
        assertThat(leaseFiles()).containsExactly("a.json");
    }

    @Test
    void attach_again_replacesTheFirstNetwork() {
        network.attach(pod("a", WEB));

        var second = network.attach(pod("a", WEB));

        assertThat(second.ipTexts()).containsExactly("10.93.0.3", "fd93::3");
        assertThat(host.veths).hasSize(1);
        assertThat(leaseFiles()).containsExactly("a.json");
    }

    @Test
    void attach_afterSomebodyFlushedTheTable_makesItAgainWithAllPods() {
        network.attach(pod("a", WEB));
        host.tableFlushed = true;

        network.attach(pod("b", PortMapping.of(PortProtocol.SCTP, 99, 9999, "")));

        assertThat(host.commands.getLast())
                .startsWith("add table")
                .contains("8080")
                .contains("9999");
    }

    @Test
    void attach_afterSomebodyRemovedTheBridge_makesItAgainWithAllPods() {
        network.attach(pod("a", WEB));
        host.bridge = false;
        host.commands.clear();

        network.attach(pod("b"));

        assertThat(host.bridge).isTrue();
        assertThat(host.commands).hasSize(1);
        assertThat(host.commands.getFirst()).contains("8080");
    }

    @Test
    void attach_whenARouteOverlaps_namesItAndTheSetting() {
        host.routes.add(new HostLinks.HostRoute(Subnet.parse("10.93.4.0/24"), "docker0"));

        assertThatThrownBy(() -> network.attach(pod("a")))
                .hasMessageContaining("10.93.0.0/16 with the route to 10.93.4.0/24 over docker0")
                .hasMessageContaining("network.ipv4Subnet");
        assertThat(network.readiness().ready()).isFalse();
        assertThat(network.readiness().message()).contains("docker0");
    }

    @Test
    void detach_takesEverythingBackAndIsIdempotent() {
        network.attach(pod("a", WEB));

        network.detach("a");
        network.detach("a");

        assertThat(host.veths).isEmpty();
        assertThat(leaseFiles()).isEmpty();
        assertThat(host.commands.getLast()).startsWith("delete element");
        network.attach(pod("b", WEB));
    }

    @Test
    void detach_thatFails_canBeRepeated() {
        network.attach(pod("a", WEB));
        host.failing = "removeVeth";
        assertThatThrownBy(() -> network.detach("a")).hasMessageContaining("detach pod sandbox a");
        host.failing = "";

        network.detach("a");

        assertThat(host.veths).isEmpty();
        assertThat(leaseFiles()).isEmpty();
    }

    @Test
    void detach_ofAnIdThatIsAPath_isRefused() {
        assertThatThrownBy(() -> network.detach("../../etc/passwd"))
                .hasMessageContaining("pod_sandbox_id");
    }

    @Test
    void retain_afterACrash_keepsOnlyTheLivingPods() {
        network.attach(pod("a", WEB));
        network.attach(pod("b"));
        host.veths.add("rstorphan");
        var next = daemon();

        next.retain(Set.of("a"));

        assertThat(host.veths).containsExactly(VethPlan.hostInterfaceName("a"));
        assertThat(leaseFiles()).containsExactly("a.json");
        assertThat(host.commands.getLast()).startsWith("add table").contains("8080");
        assertThat(next.readiness().ready()).isTrue();
        assertThatThrownBy(() -> next.attach(pod("c", WEB))).hasMessageContaining("default/a");
        assertThat(next.attach(pod("c")).ipTexts()).startsWith("10.93.0.4");
    }

    @Test
    void retain_onAHostThatLacksSomething_saysSoInTheReadiness() {
        host.failing = "ensureBridge";

        network.retain(Set.of());

        assertThat(network.readiness().ready()).isFalse();
        assertThat(network.readiness().message()).contains("EPERM");
    }

    @Test
    void mend_afterAFlush_makesTheTableAgainWithAllPods() {
        network.retain(Set.of());
        network.attach(pod("a", WEB));
        host.tableFlushed = true;

        network.mend();

        assertThat(host.commands.getLast()).startsWith("add table").contains("8080");
    }

    @Test
    void mend_ofWhatIsThere_changesNothing() {
        network.retain(Set.of());
        int before = host.commands.size();

        network.mend();

        assertThat(host.commands).hasSize(before);
    }

    @Test
    void mend_beforeRetainAndAfterDismantle_makesNothing() {
        network.mend();
        assertThat(host.bridge).isFalse();
        network.retain(Set.of());
        network.dismantle();

        network.mend();

        assertThat(host.bridge).isFalse();
    }

    @Test
    void mend_onceTheReasonIsGone_makesTheHostReady() {
        host.failing = "ensureBridge";
        network.retain(Set.of());
        network.mend();
        assertThat(network.readiness().ready()).isFalse();
        host.failing = "";

        network.mend();

        assertThat(network.readiness().ready()).isTrue();
    }

    @Test
    void dismantle_removesTheBridgeUnlessAPodIsAttached() {
        network.attach(pod("a"));
        network.dismantle();
        assertThat(host.bridge).isTrue();

        network.detach("a");
        network.dismantle();

        assertThat(host.bridge).isFalse();
        assertThat(host.commands.getLast())
                .isEqualTo(
                        """
                        add table inet ristretto-ristretto0
                        delete table inet ristretto-ristretto0
                        """);
    }

    @Test
    void dismantle_givesTheHostItsSettingsBack() throws IOException {
        Files.writeString(directory.resolve("sysctls/ipv4/ip_forward"), "0\n");
        network.retain(Set.of());
        assertThat(ipForward()).isEqualTo("1");
        assertThat(network.readiness().facts())
                .containsExactly("sysctl net/ipv4/ip_forward set from 0 to 1");

        daemon().dismantle();

        assertThat(ipForward()).isEqualTo("0");
    }

    @Test
    void dismantle_whenOthersMayForward_leavesTheSettings() throws IOException {
        Files.writeString(directory.resolve("sysctls/ipv4/ip_forward"), "0\n");
        network.retain(Set.of());
        host.connectsOthers = true;

        network.dismantle();

        assertThat(ipForward()).isEqualTo("1");
    }

    @Test
    void attach_withoutNftables_worksForPodsWithoutHostPorts() {
        filters = withoutLibrary();
        network = daemon();

        network.retain(Set.of());
        network.attach(pod("a"));

        assertThat(network.readiness().ready()).isTrue();
        assertThat(network.readiness().facts())
                .singleElement()
                .asString()
                .startsWith("load libnftables.so.1: it is not installed; apt-get install")
                .contains("no host ports", "network.masquerade");
        network.detach("a");
    }

    @Test
    void attach_withoutNftables_refusesHostPortsAndSaysWhatToInstall() {
        filters = withoutLibrary();
        network = daemon();

        assertThatThrownBy(() -> network.attach(pod("a", WEB)))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.UNSUPPORTED))
                .hasMessage(
                        "map host ports of pod default/a: load libnftables.so.1: it is not"
                                + " installed; apt-get install libnftables1");
        assertThat(host.veths).isEmpty();
        assertThat(leaseFiles()).isEmpty();
    }

    @Test
    void attach_withoutNftables_keepsTheLoopbackShut() throws IOException {
        var localnet = directory.resolve("sysctls/ipv4/conf/ristretto0/route_localnet");
        Files.writeString(localnet, "0\n");
        filters = withoutLibrary();
        network = daemon();

        network.attach(pod("a"));

        assertThat(localnet).hasContent("0");
    }

    @Test
    void attach_onceNftablesIsInstalled_opensHostPorts() {
        filters = withoutLibrary();
        network = daemon();
        network.attach(pod("a"));
        installed = true;

        network.attach(pod("b", WEB));

        assertThat(host.commands.getLast()).startsWith("add table").contains("8080");
    }

    @Test
    void detach_whenNftablesIsGone_isNotHeldUp() {
        network.attach(pod("a", WEB));
        filters = withoutLibrary();
        var next = daemon();

        next.detach("a");

        assertThat(host.veths).isEmpty();
        assertThat(leaseFiles()).isEmpty();
    }

    @Test
    void readiness_tellsOfAFirewallInTheWay() {
        host.chains =
                """
                table ip filter {
                \tchain FORWARD {
                \t\ttype filter hook forward priority filter; policy drop;
                \t}
                }
                """;

        network.retain(Set.of());

        assertThat(network.readiness().facts())
                .singleElement()
                .asString()
                .startsWith("table ip filter, chain FORWARD drops forwarded packets");
    }

    private PacketFilter.Source withoutLibrary() {
        return () -> {
            if (installed) {
                return host::apply;
            }
            throw new IOException(
                    "load libnftables.so.1: it is not installed; apt-get install libnftables1");
        };
    }

    private String ipForward() throws IOException {
        return Files.readString(directory.resolve("sysctls/ipv4/ip_forward")).strip();
    }

    private BuiltInNetwork daemon() {
        var config =
                new BuiltInNetworkConfig(
                        "ristretto0",
                        Optional.of(Subnet.parse("10.93.0.0/16")),
                        Optional.of(Subnet.parse("fd93::/64")),
                        0,
                        true,
                        directory.resolve("leases"));
        var journal = new SysctlJournal(directory.resolve("leases/changed-sysctls"));
        var forwarding = new HostForwarding(directory.resolve("sysctls"), journal);
        return new BuiltInNetwork(
                config,
                host,
                new HostSetup(config, host, forwarding, filters, List.of()),
                new BoundPorts(LinuxSyscalls.load(), new PortOwners(Path.of("/proc"))),
                new UdpFlows(LinuxSyscalls.load()));
    }

    private List<String> leaseFiles() {
        try (var files = Files.list(directory.resolve("leases"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static PodAttachment pod(String id, PortMapping... mappings) {
        return new PodAttachment(id, "default/" + id, Path.of("/proc/1/ns/net"), List.of(mappings));
    }
}
