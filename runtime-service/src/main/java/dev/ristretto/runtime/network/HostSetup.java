// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What all pods share on the host: the bridge, forwarding, the nftables table. Made when first
 * needed and again when somebody removed it. Not thread-safe.
 *
 * <p>A host without nftables still connects pods: to each other, to the host, and further where
 * their addresses are routed. What does not work is among the {@link #facts}.
 */
final class HostSetup {
    private final BuiltInNetworkConfig config;
    private final HostLinks links;
    private final HostForwarding forwarding;
    private final PacketFilter.Source filters;
    private final NftRules rules;
    private final List<String> known;
    private List<String> facts;
    private @Nullable PacketFilter filter;
    private boolean complete;

    /**
     * @param known facts about this host that were found out before
     */
    HostSetup(
            BuiltInNetworkConfig config,
            HostLinks links,
            HostForwarding forwarding,
            PacketFilter.Source filters,
            List<String> known) {
        this.config = config;
        this.links = links;
        this.forwarding = forwarding;
        this.filters = filters;
        this.rules = new NftRules(config);
        this.known = List.copyOf(known);
        this.facts = this.known;
    }

    /** What was changed on the host and what it lacks, one sentence each. */
    List<String> facts() {
        return facts;
    }

    /** Look at everything again next time. */
    void forget() {
        complete = false;
    }

    /**
     * Whether bridge and table are as they were made. Of the table it is the guard that counts:
     * whoever removes more than single rules removes it, too, and without it the host is open.
     */
    boolean isIntact() throws IOException {
        if (!complete || !links.hasBridge()) {
            return false;
        }
        try {
            return filter == null || filter.apply(rules.listGuard()).contains("drop");
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes what is missing; the leases are those of pods that are attached. */
    void ensure(Collection<Lease> leases) throws IOException {
        if (complete && links.hasBridge()) {
            return;
        }
        requireNoOverlap();
        links.ensureBridge();
        forwarding.enable(config);
        var found = new ArrayList<>(known);
        found.addAll(forwarding.facts());
        try {
            makeTable(leases);
            found.addAll(Firewalls.facts(openFilter().apply("list chains"), rules.table()));
        } catch (IOException e) {
            filter = null;
            found.add(withoutFilter(e));
        }
        for (var lease : leases) {
            links.rejoinBridge(lease.hostInterfaceName());
        }
        facts = List.copyOf(found);
        complete = true;
    }

    /**
     * Removes table and bridge, and gives the host its settings back unless others may rely on them
     * by now.
     */
    void takeDown() throws IOException {
        complete = false;
        if (links.removeBridge() && filter != null) {
            filter.apply(rules.deleteTable());
        }
        if (!links.connectsOthers()) {
            forwarding.restore();
        }
    }

    /**
     * Opens a pod's host ports; {@code all} are the leases to serve if the table was flushed.
     *
     * @throws RuntimeFault {@code UNSUPPORTED} if this host has no nftables
     */
    void openHostPorts(Lease lease, Collection<Lease> all) throws IOException {
        var commands = rules.addElements(lease);
        if (commands.isEmpty()) {
            return;
        }
        if (filter != null) {
            change(filter, commands, all);
            return;
        }
        try {
            makeTable(all);
        } catch (IOException e) {
            throw RuntimeFault.unsupported(
                    "map host ports of pod %s: %s", lease.podName(), e.getMessage());
        }
    }

    /** Closes a pod's host ports; {@code others} are the leases to serve from then on. */
    void closeHostPorts(Lease lease, Collection<Lease> others) throws IOException {
        var commands = rules.deleteElements(lease);
        if (commands.isEmpty()) {
            return;
        }
        if (filter == null) {
            try {
                filter = openFilter();
            } catch (IOException e) {
                return; // what cannot be opened has opened no port
            }
        }
        change(filter, commands, others);
    }

    private void change(PacketFilter open, String commands, Collection<Lease> afterwards)
            throws IOException {
        try {
            open.apply(commands);
        } catch (IOException e) {
            // Somebody flushed the table, or a daemon was killed between lease and element.
            try {
                open.apply(rules.replaceTable(afterwards));
            } catch (IOException second) {
                e.addSuppressed(second);
                throw e;
            }
        }
    }

    /** The table comes first: it guards what the second step opens. */
    private void makeTable(Collection<Lease> leases) throws IOException {
        var open = openFilter();
        open.apply(rules.replaceTable(leases));
        forwarding.openLoopback(config);
        filter = open;
    }

    private PacketFilter openFilter() throws IOException {
        return filter == null ? filters.open() : filter;
    }

    private String withoutFilter(IOException e) {
        return "%s; until then pods have no host ports%s"
                .formatted(
                        e.getMessage(),
                        config.masquerade()
                                ? " and leave this host with their own addresses, which few"
                                        + " networks route back (network.masquerade)"
                                : "");
    }

    private void requireNoOverlap() throws IOException {
        var clashes = new ArrayList<String>();
        for (var route : links.foreignRoutes()) {
            for (var subnet : config.subnets()) {
                if (subnet.overlaps(route.destination())) {
                    clashes.add(
                            "%s with the route to %s over %s"
                                    .formatted(subnet, route.destination(), route.interfaceName()));
                }
            }
        }
        if (!clashes.isEmpty()) {
            throw new IOException(
                    "the pod subnet overlaps: %s; choose another network.ipv4Subnet or"
                                    .formatted(String.join(", ", clashes))
                            + " network.ipv6Subnet");
        }
    }
}
