// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.namespace.NamespaceThread;
import dev.ristretto.linux.nftables.Nftables;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** In a network namespace of its own, whose loopback follows connections. */
@Tag("root")
@Tag("nftables")
final class ConntrackKernelIT {
    private static final LinuxSyscalls LINUX = LinuxSyscalls.load();

    @Test
    void flows_areFoundByPortAndForgottenByCondition() throws IOException {
        inATrackingNamespace(
                conntrack -> {
                    send("127.0.0.1", 5353);
                    send("127.0.0.2", 5353);
                    send("::1", 5353);
                    send("127.0.0.1", 6000);
                    var seen = new ArrayList<UdpFlow>();

                    int forgotten =
                            conntrack.forgetUdp(
                                    5353,
                                    flow -> {
                                        seen.add(flow);
                                        return flow.destination().equals(ip("127.0.0.2"));
                                    });

                    assertThat(forgotten).isEqualTo(1);
                    assertThat(seen)
                            .extracting(UdpFlow::destination)
                            .containsExactlyInAnyOrder(ip("127.0.0.1"), ip("127.0.0.2"), ip("::1"));
                    assertThat(seen)
                            .allSatisfy(
                                    flow -> {
                                        assertThat(flow.destinationPort()).isEqualTo(5353);
                                        assertThat(flow.answering()).isEqualTo(flow.destination());
                                    });
                    assertThat(flowsTo(conntrack, 5353)).hasSize(2);
                    assertThat(flowsTo(conntrack, 6000)).hasSize(1);
                });
    }

    @Test
    void translatedFlow_isAnsweredFromElsewhere() throws IOException {
        inATrackingNamespace(
                conntrack -> {
                    try (var nftables = Nftables.open(LINUX)) {
                        nftables.run(
                                """
                                table ip t {
                                  chain output {
                                    type nat hook output priority -100;
                                    udp dport 5353 dnat to 127.0.0.9:53
                                  }
                                }
                                """);
                    }

                    send("127.0.0.1", 5353);

                    assertThat(flowsTo(conntrack, 5353))
                            .singleElement()
                            .returns(ip("127.0.0.1"), UdpFlow::destination)
                            .returns(ip("127.0.0.9"), UdpFlow::answering);
                });
    }

    private static List<UdpFlow> flowsTo(Conntrack conntrack, int port) throws IOException {
        var flows = new ArrayList<UdpFlow>();
        conntrack.forgetUdp(
                port,
                flow -> {
                    flows.add(flow);
                    return false;
                });
        return flows;
    }

    private static void inATrackingNamespace(Trial trial) throws IOException {
        NamespaceThread.callInNew(
                LINUX,
                ProcessFlags.CLONE_NEWNET,
                () -> {
                    try (var links = RtNetlink.open(LINUX);
                            var nftables = Nftables.open(LINUX);
                            var conntrack = Conntrack.open(LINUX)) {
                        links.setState(1, LinkState.UP);
                        nftables.run(
                                """
                                table inet follow {
                                  chain output {
                                    type filter hook output priority 0;
                                    ct state new accept
                                  }
                                }
                                """);
                        trial.run(conntrack);
                    }
                    return trial;
                });
    }

    private static void send(String to, int port) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(new byte[1], 1, ip(to), port));
        }
    }

    private static InetAddress ip(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    /** What is tried inside. */
    @FunctionalInterface
    private interface Trial {
        void run(Conntrack conntrack) throws IOException;
    }
}
