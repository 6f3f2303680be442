// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.netlink.BridgeSpec;
import dev.ristretto.linux.netlink.IpPrefix;
import dev.ristretto.linux.netlink.Link;
import dev.ristretto.linux.netlink.LinkState;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/** What is made and what is left, on a host in namespaces of its own. */
@Tag("root")
@Tag("nftables")
final class BuiltInNetworkLifeKernelIT {
    private static final PortMapping WEB = PortMapping.of(PortProtocol.TCP, 80, 8080, "");
    private static final PortMapping DNS = PortMapping.of(PortProtocol.UDP, 53, 8053, "");
    private static final int MANY = 50;

    @TempDir private Path directory;
    private TestHost host;

    @BeforeEach
    void aHost() throws IOException {
        host = new TestHost(directory);
    }

    @AfterEach
    void close() throws IOException {
        host.close();
    }

    @Test
    void retain_onAFreshHost_makesBridgeAndTable() throws IOException {
        var daemon = host.daemon(Set.of());

        assertThat(daemon.readiness().ready()).isTrue();
        assertThat(host.host.link("ristretto0").orElseThrow())
                .returns(LinkState.UP, Link::state)
                .returns("ristrettod " + directory.resolve("leases-ristretto0"), Link::alias);
        assertThat(host.nft("list tables")).contains("inet ristretto-ristretto0");
        assertThat(daemon.readiness().facts())
                .containsExactlyInAnyOrder(
                        "sysctl net/ipv4/ip_forward set from 0 to 1",
                        "sysctl net/ipv6/conf/all/forwarding set from 0 to 1");
    }

    @Test
    void aSubnetThatIsLeftOpen_isOneThatNothingHas_andStays() throws IOException {
        try (var links = host.host.netlink()) {
            links.addAddress(1, IpPrefix.parse("10.83.0.9/32"));
        }
        var choice = new SubnetChoice(true, true);
        var ips = host.daemon(choice, Set.of()).attach(host.pod("a")).ipTexts();
        assertThat(ips.getFirst()).startsWith("10.147.0.");
        assertThat(ips.getLast()).startsWith("fd88:7269:7374:");

        try (var links = host.host.netlink()) {
            links.deleteAddress(1, IpPrefix.parse("10.83.0.9/32"));
        }
        var later = host.daemon(choice, Set.of("a")).attach(host.pod("b")).ipTexts();
        assertThat(later.getFirst()).startsWith("10.147.0.");
    }

    @Test
    void attach_showsPeopleWhoseInterfaceItIs() throws IOException {
        var network = host.daemon(Set.of()).attach(host.pod("a"));

        assertThat(host.host.link(network.hostInterfaceName()).map(Link::alias))
                .contains("default/a");
        assertThat(host.netns("a").linkNames()).containsExactly("eth0", "lo");
    }

    @Test
    void detach_leavesNothing_atOnce() throws IOException {
        var daemon = host.daemon(Set.of());
        daemon.attach(host.pod("a", WEB, DNS));
        assertThat(host.hostPorts()).hasSize(4);

        daemon.detach("a");

        assertThat(host.host.linkNames()).containsExactly("lo", "ristretto0");
        assertThat(host.netns("a").linkNames()).containsExactly("lo");
        assertThat(host.leases()).isEmpty();
        assertThat(host.hostPorts()).isEmpty();
    }

    @Test
    void detach_ofAPodWhoseNamespaceIsGone_leavesNothing() throws IOException {
        var daemon = host.daemon(Set.of());
        daemon.attach(host.pod("a", WEB));
        host.forget("a");

        daemon.detach("a");

        assertThat(host.host.linkNames()).containsExactly("lo", "ristretto0");
        assertThat(host.leases()).isEmpty();
        assertThat(host.hostPorts()).isEmpty();
    }

    @Test
    void attach_again_fitsANewNamespace() throws IOException {
        var daemon = host.daemon(Set.of());
        daemon.attach(host.pod("a", WEB));
        host.forget("a");

        daemon.attach(host.pod("a", WEB));

        assertThat(host.netns("a").linkNames()).containsExactly("eth0", "lo");
        assertThat(host.veths()).hasSize(1);
        assertThat(host.hostPorts()).hasSize(2);
    }

    @Test
    void attach_toANamespaceThatHasAnEth0_leavesNothing() throws IOException {
        var daemon = host.daemon(Set.of());
        try (var links = host.netns("a").netlink()) {
            links.createBridge(new BridgeSpec("eth0", 1500, Optional.empty()));
        }

        assertThatThrownBy(() -> daemon.attach(host.pod("a", WEB)))
                .isInstanceOf(RuntimeFault.class)
                .hasMessageContaining("attach pod default/a to bridge ristretto0: create veth")
                .hasMessageContaining("File exists (EEXIST)");

        assertThat(host.veths()).isEmpty();
        assertThat(host.leases()).isEmpty();
        assertThat(host.hostPorts()).isEmpty();
    }

    @Test
    void attach_ofAPortThatAProcessListensOn_namesIt() throws Exception {
        var daemon = host.daemon(Set.of());
        try (var _ = Traffic.tcpServer(host.host, "127.0.0.1", 8080)) {
            assertThatThrownBy(() -> daemon.attach(host.pod("a", WEB)))
                    .isInstanceOfSatisfying(
                            RuntimeFault.class,
                            fault -> assertThat(fault.kind()).isEqualTo(FaultKind.NAME_TAKEN))
                    .hasMessage(
                            "map host port 8080/TCP: java (pid %d) listens on it"
                                    .formatted(ProcessHandle.current().pid()));
        }
        assertThat(host.leases()).isEmpty();
    }

    @Test
    void aFullSubnet_refusesUntilAPodGoes() throws IOException {
        var tiny = TestHost.config("tiny0", "10.95.0.0/29", "", directory);
        var daemon = host.daemon(tiny, Set.of());
        for (int i = 0; i < 5; i++) {
            daemon.attach(host.pod("pod" + i));
        }

        assertThatThrownBy(() -> daemon.attach(host.pod("late")))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.EXHAUSTED))
                .hasMessageContaining("10.95.0.0/29");
        assertThat(host.veths()).hasSize(5);

        daemon.detach("pod3");
        assertThat(daemon.attach(host.pod("late")).ipTexts()).containsExactly("10.95.0.5");
    }

    @Test
    void manyPods_atOnce_haveTheirOwnAddressesAndLeaveNothing() throws Exception {
        var daemon = host.daemon(Set.of());
        var attachments = new ArrayList<Callable<PodNetwork>>();
        var detachments = new ArrayList<Callable<String>>();
        for (int i = 0; i < MANY; i++) {
            var id = "pod" + i;
            var port = PortMapping.of(PortProtocol.TCP, 80, 9000 + i, "");
            var pod = i % 2 == 0 ? host.pod(id) : host.pod(id, port);
            attachments.add(() -> daemon.attach(pod));
            detachments.add(
                    () -> {
                        daemon.detach(id);
                        return id;
                    });
        }
        var addresses = new HashSet<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var attached : threads.invokeAll(attachments)) {
                addresses.addAll(attached.get().ipTexts());
            }
            assertThat(addresses).hasSize(2 * MANY);
            assertThat(host.veths()).hasSize(MANY);
            assertThat(String.join("\n", host.hostPorts()).split(" : ")).hasSize(MANY + 1);
            try (var _ = Traffic.tcpServer(host.netns("pod49"), "::", 80)) {
                assertThat(Traffic.tcp(host.host, "127.0.0.1", 9049)).isPresent();
            }
            for (var detached : threads.invokeAll(detachments)) {
                detached.get();
            }
        }

        assertThat(host.host.linkNames()).containsExactly("lo", "ristretto0");
        assertThat(host.leases()).isEmpty();
        assertThat(host.hostPorts()).isEmpty();
    }

    @Test
    void twoDaemons_onTheirOwnBridges_leaveEachOtherAlone() throws Exception {
        var first = host.daemon(Set.of());
        first.attach(host.pod("a", WEB));
        var config = TestHost.config("other0", "10.96.0.0/16", "fd96::/64", directory);
        var second = host.daemon(config, Set.of());
        second.attach(host.pod("b", DNS));

        host.daemon(config, Set.of());
        host.daemon(Set.of("a"));

        assertThat(TestHost.leases(config)).isEmpty();
        assertThat(host.leases()).containsExactly("a.json");
        assertThat(host.veths()).hasSize(1);
        try (var _ = Traffic.tcpServer(host.netns("a"), "::", 80)) {
            assertThat(Traffic.tcp(host.host, "127.0.0.1", 8080)).isPresent();
        }
    }

    @Test
    void twoDaemons_onOneBridge_theSecondIsToldWhoseItIs() throws IOException {
        host.daemon(Set.of()).attach(host.pod("a", WEB));
        var stranger = TestHost.config(directory.resolve("elsewhere"));

        var second = host.daemon(stranger, Set.of());

        assertThat(second.readiness().ready()).isFalse();
        assertThat(second.readiness().message())
                .contains("ristretto0 as bridge: it belongs to ristrettod " + directory)
                .contains("network.bridge");
        second.dismantle();
        assertThat(host.veths()).hasSize(1);
        assertThat(host.hostPorts()).hasSize(2);
    }

    @Test
    void twoDaemons_onOneSubnet_theSecondIsToldWhereItOverlaps() throws IOException {
        host.daemon(Set.of());
        var config = TestHost.config("other0", "10.93.128.0/17", "fd96::/64", directory);

        var second = host.daemon(config, Set.of());

        assertThat(second.readiness().message())
                .contains("10.93.128.0/17 with the route to 10.93.0.0/16 over ristretto0");
        assertThat(host.host.link("other0")).isEmpty();
    }

    @Test
    void bridgeOfAnotherProgram_isNotTaken() throws IOException {
        try (var links = host.host.netlink()) {
            links.createBridge(new BridgeSpec("ristretto0", 1500, Optional.empty()));
            links.setState(links.link("ristretto0").orElseThrow().index(), LinkState.UP);
        }

        var daemon = host.daemon(Set.of());

        assertThat(daemon.readiness().message()).contains("belongs to another program");
        daemon.dismantle();
        assertThat(host.host.link("ristretto0")).isPresent();
    }

    @Test
    void interfaceThatIsNoBridge_isNotTaken() throws IOException {
        host.host.joinTo(
                host.outside, "ristretto0", "far", new TestNetns.Cable(1500, List.of(), List.of()));

        assertThat(host.daemon(Set.of()).readiness().message()).contains("another program");
    }

    @Test
    void bridgeAndTable_deletedBySomebody_comeBackForThePodsThatStay() throws Exception {
        host.daemon(Set.of()).attach(host.pod("a", WEB));
        host.nft("flush ruleset");
        try (var links = host.host.netlink()) {
            links.deleteLink("ristretto0");
        }

        host.daemon(Set.of("a"));

        try (var _ = Traffic.tcpServer(host.netns("a"), "::", 80)) {
            assertThat(Traffic.tcp(host.host, "127.0.0.1", 8080)).isPresent();
            assertThat(Traffic.tcp(host.host, "fd93::2", 80)).contains("fd93::1");
        }
    }

    @Test
    void mend_bringsBackWhatAFlushTook() throws Exception {
        var daemon = host.daemon(Set.of());
        daemon.attach(host.pod("a", WEB));
        try (var _ = Traffic.tcpServer(host.netns("a"), "::", 80)) {
            for (var command :
                    List.of(
                            "flush ruleset",
                            "delete table inet ristretto-ristretto0",
                            "flush table inet ristretto-ristretto0")) {
                host.nft(command);
                assertThat(Traffic.tcp(host.host, "127.0.0.1", 8080)).as(command).isEmpty();

                daemon.mend();

                assertThat(Traffic.tcp(host.host, "127.0.0.1", 8080)).as(command).isPresent();
            }
        }
    }

    @Test
    void mend_bringsBackABridgeThatWasSetDown() throws Exception {
        var daemon = host.daemon(Set.of());
        daemon.attach(host.pod("a"));
        try (var links = host.host.netlink();
                var _ = Traffic.tcpServer(host.netns("a"), "::", 80)) {
            links.setState(links.link("ristretto0").orElseThrow().index(), LinkState.DOWN);

            daemon.mend();

            assertThat(Traffic.tcp(host.host, "10.93.0.2", 80)).isPresent();
        }
    }

    @Test
    void changedSubnets_keepOldPodsUntilTheyGo() throws Exception {
        host.daemon(Set.of()).attach(host.pod("old"));
        var changed = TestHost.config("ristretto0", "10.97.0.0/16", "fd97::/64", directory);

        var daemon = host.daemon(changed, Set.of("old"));
        daemon.attach(host.pod("new"));

        try (var _ = Traffic.tcpServer(host.netns("old"), "::", 80)) {
            assertThat(Traffic.tcp(host.netns("new"), "10.93.0.2", 80)).isPresent();
        }
        daemon.detach("old");
        daemon.detach("new");
        host.daemon(changed, Set.of());
        try (var links = host.host.netlink()) {
            assertThat(links.addresses(links.link("ristretto0").orElseThrow().index()))
                    .extracting(address -> IpText.of(address.prefix().address()))
                    .containsExactlyInAnyOrder("10.97.0.1", "fd97::1", "fe80::72:aff:fe61:1");
        }
    }

    @Test
    void dismantle_leavesTheHostAsItWas() throws IOException {
        var before = host.host.linkNames();
        var daemon = host.daemon(Set.of());
        daemon.attach(host.pod("a", WEB));
        daemon.dismantle();
        assertThat(host.host.link("ristretto0")).isPresent();

        daemon.detach("a");
        daemon.dismantle();

        assertThat(host.host.linkNames()).isEqualTo(before);
        assertThat(host.nft("list ruleset")).isBlank();
        assertThat(host.sysctl(host.host, "ipv4/ip_forward")).isEqualTo("0");
        assertThat(host.sysctl(host.host, "ipv6/conf/all/forwarding")).isEqualTo("0");
        daemon.attach(host.pod("b", WEB));
        assertThat(host.hostPorts()).hasSize(2);
    }

    @Test
    void dismantle_ofAHostThatConnectsOthers_keepsItForwarding() throws IOException {
        host.withUplink(1500);
        var daemon = host.daemon(Set.of());

        daemon.dismantle();

        assertThat(host.host.link("ristretto0")).isEmpty();
        assertThat(host.sysctl(host.host, "ipv4/ip_forward")).isEqualTo("1");
    }

    @Test
    void hostWithIpv6SwitchedOff_givesIpv4AndSaysSo() throws IOException {
        host.host.run(
                () ->
                        Files.writeString(
                                Path.of("/proc/sys/net/ipv6/conf/default/disable_ipv6"), "1"));

        var daemon = host.daemon(Set.of());

        assertThat(daemon.readiness().ready()).isTrue();
        assertThat(daemon.readiness().facts())
                .contains(
                        "IPv6 is off on this host (net.ipv6.conf.default.disable_ipv6): pods have"
                                + " IPv4 only");
        assertThat(daemon.attach(host.pod("a")).ipTexts()).containsExactly("10.93.0.2");
    }

    @Test
    void firewallThatDropsForwardedPackets_isReported() throws IOException {
        host.nft(
                "table ip filter { chain FORWARD { type filter hook forward priority 0; policy"
                        + " drop; }; }");

        assertThat(host.daemon(Set.of()).readiness().facts())
                .anyMatch(fact -> fact.startsWith("table ip filter, chain FORWARD drops"));
    }
}
