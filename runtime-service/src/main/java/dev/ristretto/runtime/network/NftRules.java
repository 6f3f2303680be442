// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * The text of our one nftables table, see nft(8). Pure. Rules never change while pods come and go;
 * host ports are elements of four maps (two families, with and without a host address). The table
 * is named after the bridge, so two daemons of one host have one each.
 *
 * <p>Rules about loopback: a connection that the host makes to 127.0.0.1 and a host port leaves
 * through the bridge with a source of 127.0.0.1, which {@code route_localnet} of the bridge allows
 * and {@code masquerade} then replaces. That sysctl would also let pods reach what listens on the
 * host's 127.0.0.1 (CVE-2020-8558), so such packets from the bridge are dropped first. IPv6 has no
 * such setting: what is sent from ::1 never leaves. It is not redirected, so that a client is
 * refused at once and goes on to 127.0.0.1.
 */
final class NftRules {
    private static final String MAPS =
            """
              map ports4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
              map ports6 { type inet_proto . inet_service : ipv6_addr . inet_service; }
              map addressports4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
              map addressports6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }
              chain hostports {
                dnat ip to ip daddr . meta l4proto . th dport map @addressports4
                dnat ip6 to ip6 daddr . meta l4proto . th dport map @addressports6
                dnat ip to meta l4proto . th dport map @ports4
                dnat ip6 to meta l4proto . th dport map @ports6
              }
              chain prerouting {
                type nat hook prerouting priority -100; policy accept;
                fib daddr type local jump hostports
              }
              chain output {
                type nat hook output priority -100; policy accept;
                ip6 daddr ::1 return
                fib daddr type local jump hostports
              }
            """;

    private final BuiltInNetworkConfig config;
    private final String table;

    NftRules(BuiltInNetworkConfig config) {
        this.config = config;
        this.table = "inet ristretto-" + config.bridge();
    }

    /** Family and name of our table. */
    String table() {
        return table;
    }

    /** Replaces the table by a new one that serves these leases, whatever was there. */
    String replaceTable(Collection<Lease> leases) {
        var text = new StringBuilder();
        text.append(deleteTable());
        text.append("table ").append(table).append(" {\n").append(MAPS);
        text.append("  chain guard {\n");
        text.append("    type filter hook prerouting priority -300; policy accept;\n");
        text.append("    iifname \"%s\" ip daddr 127.0.0.0/8 drop\n".formatted(config.bridge()));
        text.append("  }\n");
        text.append("  chain postrouting {\n");
        text.append("    type nat hook postrouting priority 100; policy accept;\n");
        masqueradeRules().forEach(rule -> text.append("    ").append(rule).append('\n'));
        text.append("  }\n}\n");
        leases.forEach(lease -> text.append(addElements(lease)));
        return text.toString();
    }

    /** Removes the table. */
    String deleteTable() {
        // "delete" fails on a table that is not there, "add" does not on one that is.
        return "add table %1$s\ndelete table %1$s\n".formatted(table);
    }

    /** Prints the rules that keep pods out of the host's loopback. */
    String listGuard() {
        return "list chain %s guard".formatted(table);
    }

    /** Opens a pod's host ports; empty if it has none. */
    String addElements(Lease lease) {
        return commands("add element", lease, true);
    }

    /** Closes a pod's host ports; empty if it has none. */
    String deleteElements(Lease lease) {
        return commands("delete element", lease, false);
    }

    private List<String> masqueradeRules() {
        var rules = new ArrayList<String>();
        for (var subnet : config.subnets()) {
            var ip = subnet.isIpv4() ? "ip" : "ip6";
            var loopback = subnet.isIpv4() ? "127.0.0.0/8" : "::1";
            // A pod that reaches a pod of this node, or itself, through a host port: the answer has
            // to come back this way too, not straight over the bridge.
            rules.add(
                    "%1$s saddr %2$s %1$s daddr %2$s ct status dnat masquerade"
                            .formatted(ip, subnet));
            rules.add(
                    "oifname \"%s\" %s saddr %s masquerade"
                            .formatted(config.bridge(), ip, loopback));
            if (config.masquerade()) {
                rules.add(
                        "%1$s saddr %2$s %1$s daddr != %2$s masquerade fully-random"
                                .formatted(ip, subnet));
            }
        }
        return rules;
    }

    private String commands(String verb, Lease lease, boolean withTarget) {
        var text = new StringBuilder();
        for (var mapping : lease.portMappings()) {
            for (var ip : lease.ips()) {
                if (mapping.hostAddress().filter(host -> !sameFamily(host, ip)).isPresent()) {
                    continue;
                }
                text.append("%s %s %s { %s".formatted(verb, table, map(mapping, ip), key(mapping)));
                if (withTarget) {
                    text.append(" : %s . %d".formatted(IpText.of(ip), mapping.containerPort()));
                }
                text.append(" }\n");
            }
        }
        return text.toString();
    }

    private static String map(PortMapping mapping, InetAddress ip) {
        var name = mapping.hostAddress().isPresent() ? "addressports" : "ports";
        return name + (ip instanceof Inet4Address ? "4" : "6");
    }

    private static String key(PortMapping mapping) {
        var port =
                "%s . %d"
                        .formatted(
                                mapping.protocol().name().toLowerCase(Locale.ROOT),
                                mapping.hostPort());
        return mapping.hostAddress().map(host -> IpText.of(host) + " . " + port).orElse(port);
    }

    private static boolean sameFamily(InetAddress a, InetAddress b) {
        return a.getAddress().length == b.getAddress().length;
    }
}
