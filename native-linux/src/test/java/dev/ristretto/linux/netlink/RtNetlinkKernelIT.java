// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.namespace.NamespaceThread;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** In two network namespaces of its own, "host" and "pod". */
@Tag("root")
final class RtNetlinkKernelIT {
    private static final LinuxSyscalls LINUX = LinuxSyscalls.load();
    private static final MacAddress BRIDGE_MAC = MacAddress.parse("02:00:00:00:00:09");
    private static final int LOOPBACK = 1;

    private Fd podNamespace;
    private RtNetlink host;
    private RtNetlink pod;

    @BeforeEach
    void makeNamespaces() throws IOException {
        try (var hostNamespace = newNetwork()) {
            host = RtNetlink.openIn(LINUX, hostNamespace.number());
        }
        podNamespace = newNetwork();
        pod = RtNetlink.openIn(LINUX, podNamespace.number());
    }

    @AfterEach
    void dropNamespaces() throws IOException {
        host.close();
        pod.close();
        podNamespace.close();
    }

    @Test
    void newNamespace_hasOnlyALoopbackThatIsDown() throws IOException {
        assertThat(host.links())
                .singleElement()
                .returns("lo", Link::name)
                .returns(LOOPBACK, Link::index)
                .returns(LinkState.DOWN, Link::state)
                .returns(Optional.empty(), Link::kind);
    }

    @Test
    void loopback_setUp_hasItsAddresses() throws IOException {
        host.setState(LOOPBACK, LinkState.UP);

        assertThat(host.link(LOOPBACK).orElseThrow().state()).isEqualTo(LinkState.UP);
        assertThat(host.addresses(LOOPBACK))
                .extracting(LinkAddress::prefix)
                .contains(IpPrefix.parse("127.0.0.1/8"));
    }

    @Test
    void bridge_isMadeAsSpecified() throws IOException {
        host.createBridge(new BridgeSpec("rst0", 1400, Optional.of(BRIDGE_MAC)));

        var bridge = host.link("rst0").orElseThrow();
        assertThat(bridge.kind()).contains("bridge");
        assertThat(bridge.mtu()).isEqualTo(1400);
        assertThat(bridge.macAddress()).contains(BRIDGE_MAC);
        assertThat(bridge.state()).isEqualTo(LinkState.DOWN);
    }

    @Test
    void bridge_madeTwice_isRefusedByName() throws IOException {
        var spec = new BridgeSpec("rst0", 1500, Optional.empty());
        host.createBridge(spec);

        assertThatThrownBy(() -> host.createBridge(spec))
                .asInstanceOf(type(NetlinkException.class))
                .returns(Errno.EEXIST, NetlinkException::errno)
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith("create bridge rst0: File exists (EEXIST)");
    }

    @Test
    void veth_joinsTheBridgeAndThePod() throws IOException {
        int bridge = bridge();
        var peerMac = MacAddress.parse("02:00:00:00:00:02");

        createVeth(bridge, Optional.of(peerMac), LinkState.UP);

        var hostEnd = host.link("rstveth0").orElseThrow();
        var podEnd = pod.link("eth0").orElseThrow();
        assertThat(hostEnd.kind()).contains("veth");
        assertThat(hostEnd.masterIndex()).hasValue(bridge);
        assertThat(hostEnd.peerIndex()).hasValue(podEnd.index());
        assertThat(podEnd.peerIndex()).hasValue(hostEnd.index());
        assertThat(podEnd.macAddress()).contains(peerMac);
        assertThat(podEnd.mtu()).isEqualTo(1400);
        assertThat(hostEnd.state()).isEqualTo(LinkState.UP);
        assertThat(podEnd.state()).isEqualTo(LinkState.DOWN);
        assertThat(host.links()).extracting(Link::name).containsExactly("lo", "rst0", "rstveth0");
    }

    @Test
    void veth_deletedAtOneEnd_isGoneAtTheOther() throws IOException {
        createVeth(bridge(), Optional.empty(), LinkState.DOWN);

        assertThat(host.deleteLink("rstveth0")).isTrue();

        assertThat(host.link("rstveth0")).isEmpty();
        assertThat(pod.link("eth0")).isEmpty();
        assertThat(host.deleteLink("rstveth0")).isFalse();
    }

    @Test
    void veth_passesPacketsOnceBothEndsAreUp() throws IOException {
        createVeth(bridge(), Optional.empty(), LinkState.UP);
        assertThat(host.link("rstveth0").orElseThrow().operState()).isNotEqualTo(OperState.UP);

        pod.setState(pod.link("eth0").orElseThrow().index(), LinkState.UP);

        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (host.link("rstveth0").orElseThrow().operState() != OperState.UP) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void alias_isKept() throws IOException {
        int bridge = bridge();

        host.setAlias(bridge, "of the daemon at /run/x");

        assertThat(host.link(bridge).orElseThrow().alias()).isEqualTo("of the daemon at /run/x");
    }

    @Test
    void veth_intoANameThatIsTaken_leavesNothing() throws IOException {
        int bridge = bridge();
        pod.createBridge(new BridgeSpec("eth0", 1500, Optional.empty()));

        assertRefused(() -> createVeth(bridge, Optional.empty(), LinkState.UP), Errno.EEXIST);

        assertThat(host.link("rstveth0")).isEmpty();
    }

    @Test
    void hairpin_isSetOnPortsOnly() throws IOException {
        int bridge = bridge();
        createVeth(bridge, Optional.empty(), LinkState.UP);
        int port = host.link("rstveth0").orElseThrow().index();

        host.setHairpin(port, HairpinMode.ON);

        assertThatThrownBy(() -> host.setHairpin(bridge, HairpinMode.ON))
                .isInstanceOf(NetlinkException.class);
        host.setMaster(port, 0);
        assertThat(host.link(port).orElseThrow().masterIndex()).isEmpty();
    }

    @Test
    void link_isRenamedResizedAddressedAndMoved() throws IOException {
        createVeth(bridge(), Optional.empty(), LinkState.DOWN);
        int index = host.link("rstveth0").orElseThrow().index();

        host.rename(index, "other");
        host.setMtu(index, 1300);
        host.setMacAddress(index, BRIDGE_MAC);

        var link = host.link("other").orElseThrow();
        assertThat(link.mtu()).isEqualTo(1300);
        assertThat(link.macAddress()).contains(BRIDGE_MAC);
        host.setMaster(index, 0);
        host.move(index, new NamespaceRef.ByFd(podNamespace.number()));
        assertThat(host.link("other")).isEmpty();
        assertThat(pod.link("other")).isPresent();
    }

    @Test
    void addresses_areAddedListedAndDeleted() throws IOException {
        int bridge = bridge();
        host.addAddress(LOOPBACK, IpPrefix.parse("10.1.1.1/32"));
        var v4 = IpPrefix.parse("10.88.0.1/16");
        var v6 = IpPrefix.parse("fd00:88::1/64");

        host.addAddress(bridge, v4);
        host.addAddress(bridge, v6);

        assertThat(host.addresses(bridge))
                .filteredOn(address -> !address.linkLocal())
                .extracting(LinkAddress::prefix)
                .containsExactlyInAnyOrder(v4, v6);
        assertRefused(() -> host.addAddress(bridge, v4), Errno.EEXIST);
        host.deleteAddress(bridge, v4);
        assertRefused(() -> host.deleteAddress(bridge, v4), Errno.EADDRNOTAVAIL);
    }

    @Test
    void routes_areAddedListedAndDeleted() throws IOException {
        int bridge = bridge();
        host.addAddress(bridge, IpPrefix.parse("10.88.0.1/16"));
        host.addAddress(bridge, IpPrefix.parse("fd00:88::1/64"));
        var v4Default = Route.byDefault(InetAddress.ofLiteral("10.88.0.2"), bridge);
        var v6Default = Route.byDefault(InetAddress.ofLiteral("fd00:88::2"), bridge);
        var onLink = new Route(IpPrefix.parse("10.99.0.0/16"), Optional.empty(), bridge);

        host.addRoute(v4Default);
        host.addRoute(v6Default);
        host.addRoute(onLink);

        assertThat(host.routes()).contains(v4Default, v6Default, onLink);
        host.deleteRoute(onLink);
        host.deleteRoute(v6Default);
        assertThat(host.routes()).contains(v4Default).doesNotContain(onLink, v6Default);
        assertRefused(() -> host.deleteRoute(onLink), Errno.ESRCH);
    }

    @Test
    void configure_doesAllInOneRequest() throws IOException {
        int bridge = bridge();
        var v4 = IpPrefix.parse("10.88.0.1/16");
        var v6 = IpPrefix.parse("fd00:88::1/64");
        var v4Default = Route.byDefault(InetAddress.ofLiteral("10.88.0.2"), bridge);
        var v6Default = Route.byDefault(InetAddress.ofLiteral("fd00:88::2"), bridge);
        host.setState(bridge, LinkState.DOWN);

        host.configure(bridge, List.of(v4, v6), List.of(v4Default, v6Default));

        assertThat(host.link(bridge).map(Link::state)).contains(LinkState.UP);
        assertThat(host.addresses(bridge)).extracting(LinkAddress::prefix).contains(v4, v6);
        assertThat(host.routes()).contains(v4Default, v6Default);
    }

    @Test
    void configure_namesTheFirstPartThatIsRefused_andIsReadyForMore() throws IOException {
        int bridge = bridge();
        var far = Route.byDefault(InetAddress.ofLiteral("192.0.2.1"), bridge);

        assertThatThrownBy(() -> host.configure(bridge, List.of(), List.of(far, far)))
                .hasMessageStartingWith(
                        "add route 0.0.0.0/0 via 192.0.2.1: Network is unreachable");

        assertThat(host.link("rst0")).isPresent();
        assertThat(host.links()).hasSize(2);
    }

    @Test
    void addresses_becomeLocal() throws IOException {
        int bridge = bridge();
        var v4 = IpPrefix.parse("10.88.0.1/16");
        var v6 = IpPrefix.parse("fd00:88::1/64");
        assertThat(host.isLocal(v4.address())).isFalse();
        assertThat(host.isLocal(v6.address())).isFalse();

        host.addAddress(bridge, v4);
        host.addAddress(bridge, v6);

        assertThat(host.isLocal(v4.address())).isTrue();
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!host.isLocal(v6.address())) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
        assertThat(host.isLocal(InetAddress.ofLiteral("10.88.0.2"))).isFalse();
    }

    @Test
    void route_overAnUnreachableGateway_isRefusedInTheKernelsWords() throws IOException {
        int bridge = bridge();

        assertThatThrownBy(
                        () ->
                                host.addRoute(
                                        Route.byDefault(
                                                InetAddress.ofLiteral("192.0.2.1"), bridge)))
                .hasMessageStartingWith(
                        "add route 0.0.0.0/0 via 192.0.2.1: Network is unreachable (ENETUNREACH)"
                                + "; kernel: ");
    }

    @Test
    void dump_ofManyLinks_isWhole() throws IOException {
        int ports = 300;
        for (int i = 0; i < ports; i++) {
            host.createBridge(new BridgeSpec("many" + i, 1500, Optional.empty()));
        }

        assertThat(host.links()).hasSize(ports + 1);
    }

    private int bridge() throws IOException {
        host.createBridge(new BridgeSpec("rst0", 1400, Optional.of(BRIDGE_MAC)));
        int index = host.link("rst0").orElseThrow().index();
        host.setState(index, LinkState.UP);
        return index;
    }

    private void createVeth(int bridge, Optional<MacAddress> peerMac, LinkState state)
            throws IOException {
        host.createVeth(
                new VethSpec(
                        "rstveth0",
                        Optional.empty(),
                        OptionalInt.of(bridge),
                        "eth0",
                        peerMac,
                        new NamespaceRef.ByFd(podNamespace.number()),
                        1400,
                        state));
    }

    private static void assertRefused(ThrowingCallable call, Errno errno) {
        assertThatThrownBy(call)
                .asInstanceOf(type(NetlinkException.class))
                .returns(errno, NetlinkException::errno);
    }

    private static Fd newNetwork() throws IOException {
        return NamespaceThread.callInNew(
                LINUX,
                ProcessFlags.CLONE_NEWNET,
                () -> Fd.open(LINUX, NamespaceThread.OWN_NETWORK, FileFlags.O_RDONLY));
    }
}
