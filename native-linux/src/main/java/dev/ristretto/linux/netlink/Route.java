// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A unicast route of the main table.
 *
 * @param destination network without host bits; length 0 is the default route
 * @param gateway the next hop; empty if the destination is on the link
 * @param linkIndex the interface it leads over; 0 for routes with several hops
 */
public record Route(IpPrefix destination, Optional<InetAddress> gateway, int linkIndex) {
    public Route {
        if (!destination.equals(destination.network())) {
            throw new IllegalArgumentException(
                    "route destination %s has host bits".formatted(destination));
        }
        if (gateway.isPresent() && gateway.get().getClass() != destination.address().getClass()) {
            throw new IllegalArgumentException(
                    "route to %s cannot have gateway %s: another address family"
                            .formatted(destination, gateway.get().getHostAddress()));
        }
    }

    /** The default route of the gateway's address family. */
    public static Route byDefault(InetAddress gateway, int linkIndex) {
        var zero = new byte[gateway.getAddress().length];
        return new Route(
                new IpPrefix(IpPrefix.addressOf(zero), 0), Optional.of(gateway), linkIndex);
    }

    public boolean isDefault() {
        return destination.length() == 0;
    }
}
