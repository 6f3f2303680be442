// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.netlink.IpPrefix;
import dev.ristretto.linux.netlink.Route;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who reaches whom, with sockets. */
@Tag("root")
@Tag("nftables")
final class BuiltInNetworkTrafficKernelIT {
    private static final PortMapping TCP = PortMapping.of(PortProtocol.TCP, 80, 8080, "");
    private static final PortMapping UDP = PortMapping.of(PortProtocol.UDP, 53, 8053, "");

    @TempDir private Path directory;
    private TestHost host;
    private PodNetworks daemon;
    private PodNetwork a;
    private PodNetwork b;

    @BeforeEach
    void twoPods() throws IOException {
        host = new TestHost(directory).withUplink(1500);
        daemon = host.daemon(Set.of());
        a = daemon.attach(host.pod("a", TCP, UDP));
        b = daemon.attach(host.pod("b"));
    }

    @AfterEach
    void close() throws IOException {
        host.close();
    }

    @Test
    void pods_reachEachOther() throws Exception {
        try (var _ = Traffic.tcpServer(pod("a"), "::", 80)) {
            assertThat(Traffic.tcp(pod("b"), ip4(a), 80)).contains(ip4(b));
            assertThat(Traffic.tcp(pod("b"), ip6(a), 80)).contains(ip6(b));
        }
    }

    @Test
    void hostAndPod_reachEachOther() throws Exception {
        try (var _ = Traffic.tcpServer(pod("a"), "::", 80);
                var _ = Traffic.tcpServer(host.host, "::", 90)) {
            assertThat(Traffic.tcp(host.host, ip4(a), 80)).contains("10.93.0.1");
            assertThat(Traffic.tcp(host.host, ip6(a), 80)).contains("fd93::1");
            assertThat(Traffic.tcp(pod("a"), TestHost.HOST4, 90)).contains(ip4(a));
            assertThat(Traffic.tcp(pod("a"), TestHost.HOST6, 90)).contains(ip6(a));
            assertThat(Traffic.tcp(pod("a"), "10.93.0.1", 90)).contains(ip4(a));
        }
    }

    @Test
    void pod_reachesTheOutside_withTheHostsAddress() throws Exception {
        try (var _ = Traffic.tcpServer(host.outside, "::", 80);
                var _ = Traffic.udpServer(host.outside, 53)) {
            assertThat(Traffic.tcp(pod("a"), TestHost.OUTSIDE4, 80)).contains(TestHost.HOST4);
            assertThat(Traffic.tcp(pod("a"), TestHost.OUTSIDE6, 80)).contains(TestHost.HOST6);
            assertThat(Traffic.udp(pod("a"), TestHost.OUTSIDE4, 53)).contains(TestHost.HOST4);
        }
    }

    @Test
    void pod_withoutMasquerade_keepsItsAddress() throws Exception {
        var plain =
                new BuiltInNetworkConfig(
                        "plain0",
                        Optional.of(Subnet.parse("10.94.0.0/16")),
                        Optional.empty(),
                        0,
                        false,
                        directory.resolve("plain"));
        var c = host.daemon(plain, Set.of()).attach(host.pod("c"));
        try (var links = host.outside.netlink();
                var _ = Traffic.tcpServer(host.outside, "::", 80)) {
            links.addRoute(
                    new Route(
                            IpPrefix.parse("10.94.0.0/16"),
                            Optional.of(TestNetns.ip(TestHost.HOST4)),
                            links.link("host0").orElseThrow().index()));

            assertThat(Traffic.tcp(pod("c"), TestHost.OUTSIDE4, 80)).contains(ip4(c));
        }
    }

    @Test
    void hostPort_isReachedFromOutside_andSeesWhoCalls() throws Exception {
        try (var _ = Traffic.tcpServer(pod("a"), "::", 80);
                var _ = Traffic.udpServer(pod("a"), 53)) {
            assertThat(Traffic.tcp(host.outside, TestHost.HOST4, 8080)).contains(TestHost.OUTSIDE4);
            assertThat(Traffic.tcp(host.outside, TestHost.HOST6, 8080)).contains(TestHost.OUTSIDE6);
            assertThat(Traffic.udp(host.outside, TestHost.HOST4, 8053)).contains(TestHost.OUTSIDE4);
            assertThat(Traffic.udp(host.outside, TestHost.HOST6, 8053)).contains(TestHost.OUTSIDE6);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", TestHost.HOST4, TestHost.HOST6, "10.93.0.1"})
    void hostPort_isReachedFromTheHostItself(String address) throws Exception {
        try (var _ = Traffic.tcpServer(pod("a"), "::", 80);
                var _ = Traffic.udpServer(pod("a"), 53)) {
            assertThat(Traffic.tcp(host.host, address, 8080)).isPresent();
            assertThat(Traffic.udp(host.host, address, 8053)).isPresent();
        }
    }

    @Test
    void hostPort_onTheIpv6Loopback_isRefusedAtOnce_soThatClientsGoOn() throws Exception {
        try (var _ = Traffic.tcpServer(pod("a"), "::", 80)) {
            assertThatThrownBy(() -> host.host.call(() -> new Socket(TestNetns.ip("::1"), 8080)))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("refused");
        }
    }

    /** CVE-2020-8558, with all that a pod that is root of its namespace can set. */
    @Test
    void loopbackOfTheHost_isOutOfReachForPods() throws Exception {
        try (var _ = Traffic.tcpServer(host.host, "127.0.0.1", 90);
                var links = pod("a").netlink()) {
            pod("a").run(
                            () ->
                                    Files.writeString(
                                            Path.of("/proc/sys/net/ipv4/conf/eth0/route_localnet"),
                                            "1"));
            links.deleteAddress(1, IpPrefix.parse("127.0.0.1/8"));
            links.addRoute(
                    new Route(
                            IpPrefix.parse("127.0.0.0/8"),
                            Optional.of(TestNetns.ip("10.93.0.1")),
                            links.link("eth0").orElseThrow().index()));

            assertThat(Traffic.tcp(pod("a"), "127.0.0.1", 90)).isEmpty();

            host.nft("flush chain inet ristretto-ristretto0 guard");
            assertThat(Traffic.tcp(pod("a"), "127.0.0.1", 90))
                    .as("without the guard, so this test can fail")
                    .isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TestHost.HOST4, TestHost.HOST6, "10.93.0.1", "fd93::1"})
    void hostPort_isReachedFromAnotherPodAndFromItsOwn(String address) throws Exception {
        try (var _ = Traffic.tcpServer(pod("a"), "::", 80);
                var _ = Traffic.udpServer(pod("a"), 53)) {
            for (var from : List.of(pod("b"), pod("a"))) {
                assertThat(Traffic.tcp(from, address, 8080)).isPresent();
                assertThat(Traffic.udp(from, address, 8053)).isPresent();
            }
        }
    }

    @Test
    void hostPort_onOneAddress_isClosedOnOthers() throws Exception {
        daemon.attach(host.pod("c", PortMapping.of(PortProtocol.TCP, 80, 8081, "127.0.0.1")));
        try (var _ = Traffic.tcpServer(pod("c"), "::", 80)) {
            assertThat(Traffic.tcp(host.host, "127.0.0.1", 8081)).isPresent();
            assertThat(Traffic.tcp(host.outside, TestHost.HOST4, 8081)).isEmpty();
        }
    }

    @Test
    void hostPort_ofSctp_isForwarded() throws Exception {
        daemon.attach(host.pod("c", PortMapping.of(PortProtocol.SCTP, 132, 7132, "")));
        try (var receiver = RawSctp.receiver(pod("c"))) {
            RawSctp.sendInit(host.outside, TestNetns.ip(TestHost.HOST4), 7132);

            assertThat(RawSctp.receivedPort(receiver)).isEqualTo(132);
        }
    }

    @Test
    void hostPort_ofAPodThatWasDetached_isClosed() throws Exception {
        try (var _ = Traffic.tcpServer(pod("a"), "::", 80)) {
            assertThat(Traffic.tcp(host.outside, TestHost.HOST4, 8080)).isPresent();

            daemon.detach("a");

            assertThat(Traffic.tcp(host.outside, TestHost.HOST4, 8080)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({TestHost.HOST4 + ", false", TestHost.HOST6 + ", false", "127.0.0.1, true"})
    void udpClient_thatNeverPauses_reachesThePodThatHasThePortNow(String address, boolean local)
            throws Exception {
        var port = PortMapping.of(PortProtocol.UDP, 53, 8055, "");
        var from = local ? host.host : host.outside;
        try (var client = from.call(() -> new DatagramSocket());
                var _ = Traffic.udpServer(pod("c"), 53);
                var _ = Traffic.udpServer(pod("d"), 53)) {
            assertThat(Traffic.udp(client, address, 8055)).as("nobody has the port").isEmpty();

            daemon.attach(host.pod("c", port));
            assertThat(Traffic.udp(client, address, 8055)).as("c has it").isPresent();

            daemon.detach("c");
            daemon.attach(host.pod("d", port));
            assertThat(Traffic.udp(client, address, 8055)).as("d has it").isPresent();
        }
    }

    @Test
    void largePackets_passWhereTheWayOutIsNarrow() throws Exception {
        try (var narrow = new TestHost(directory.resolve("narrow")).withUplink(1400)) {
            narrow.daemon(Set.of()).attach(narrow.pod("a"));

            assertThat(narrow.netns("a").link("eth0").orElseThrow().mtu()).isEqualTo(1400);
        }
    }

    @Test
    void firstPacket_rightAfterAttach_passes() throws Exception {
        try (var _ = Traffic.udpServer(host.host, 7000)) {
            for (int i = 0; i < 10; i++) {
                var id = "fresh" + i;
                var fresh = daemon.attach(host.pod(id));

                assertThat(Traffic.udp(host.netns(id), "10.93.0.1", 7000)).contains(ip4(fresh));
                assertThat(Traffic.udp(host.netns(id), "fd93::1", 7000)).contains(ip6(fresh));
            }
        }
    }

    @Test
    void routersAmongPods_areNotBelieved() throws IOException {
        assertThat(host.sysctl(pod("a"), "ipv6/conf/eth0/accept_ra")).isEqualTo("0");
        assertThat(host.sysctl(host.host, "ipv6/conf/ristretto0/accept_ra")).isEqualTo("0");
    }

    private TestNetns pod(String id) throws IOException {
        return host.netns(id);
    }

    private static String ip4(PodNetwork network) {
        return network.ipTexts().getFirst();
    }

    private static String ip6(PodNetwork network) {
        return network.ipTexts().getLast();
    }
}
