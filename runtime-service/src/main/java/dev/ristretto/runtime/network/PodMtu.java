// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.linux.netlink.Link;
import dev.ristretto.linux.netlink.RtNetlink;

import java.io.IOException;
import java.util.HashSet;

/**
 * How large the packets of pods may be: what is set, else what the way out of this host takes. A
 * larger one would be lost where "fragmentation needed" does not come back.
 */
record PodMtu(RtNetlink host) {
    /** What Ethernet has, for a host without a way out. */
    private static final int ETHERNET = 1500;

    int of(int configured) throws IOException {
        if (configured != 0) {
            return configured;
        }
        var ways = new HashSet<Integer>();
        for (var route : host.routes()) {
            if (route.isDefault()) {
                ways.add(route.linkIndex());
            }
        }
        return host.links().stream()
                .filter(link -> ways.contains(link.index()))
                .mapToInt(Link::mtu)
                .min()
                .orElse(ETHERNET);
    }
}
