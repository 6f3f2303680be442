// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What all pods share on the host: the bridge, forwarding, the nftables table. Made when first
 * needed and again when somebody removed it. Not thread-safe.
 */
final class HostSetup {
    private final BuiltInNetworkConfig config;
    private final HostLinks links;
    private final HostForwarding forwarding;
    private final PacketFilter.Source filters;
    private final NftRules rules;
    private final Set<String> facts = new LinkedHashSet<>();
    private @Nullable PacketFilter filter;
    private boolean complete;

    HostSetup(
            BuiltInNetworkConfig config,
            HostLinks links,
            HostForwarding forwarding,
            PacketFilter.Source filters) {
        this.config = config;
        this.links = links;
        this.forwarding = forwarding;
        this.filters = filters;
        this.rules = new NftRules(config);
    }

    /** What was changed on the host, one sentence each. */
    List<String> facts() {
        return List.copyOf(facts);
    }

    /** Look at everything again next time. */
    void forget() {
        complete = false;
    }

    /** Makes what is missing; the leases are those of pods that are attached. */
    void ensure(Collection<Lease> leases) throws IOException {
        if (complete && links.hasBridge()) {
            return;
        }
        requireNoOverlap();
        links.ensureBridge();
        facts.addAll(forwarding.enable(config));
        filter().apply(rules.replaceTable(leases));
        for (var lease : leases) {
            links.rejoinBridge(lease.hostInterfaceName());
        }
        complete = true;
    }

    /** Removes table and bridge. Settings of the kernel stay: others may rely on them by now. */
    void takeDown() throws IOException {
        complete = false;
        if (links.hasBridge()) {
            filter().apply(NftRules.deleteTable());
            links.removeBridge();
        }
    }

    /** Opens a pod's host ports; {@code all} are the leases to serve if the table was flushed. */
    void openHostPorts(Lease lease, Collection<Lease> all) throws IOException {
        change(rules.addElements(lease), all);
    }

    /** Closes a pod's host ports; {@code others} are the leases to serve from then on. */
    void closeHostPorts(Lease lease, Collection<Lease> others) throws IOException {
        change(rules.deleteElements(lease), others);
    }

    private void change(String commands, Collection<Lease> afterwards) throws IOException {
        if (commands.isEmpty()) {
            return;
        }
        try {
            filter().apply(commands);
        } catch (IOException e) {
            // Somebody flushed the table, or a daemon was killed between lease and element.
            try {
                filter().apply(rules.replaceTable(afterwards));
            } catch (IOException second) {
                e.addSuppressed(second);
                throw e;
            }
        }
    }

    private PacketFilter filter() throws IOException {
        var open = filter;
        if (open == null) {
            open = filters.open();
            filter = open;
        }
        return open;
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
