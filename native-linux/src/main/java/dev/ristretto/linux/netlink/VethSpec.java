// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A veth pair to be made in one request: this end in the socket's namespace, the peer's in another.
 *
 * @param name of this end
 * @param macAddress of this end; the kernel chooses one if empty
 * @param masterIndex the bridge that this end becomes a port of
 * @param peerName of the other end
 * @param peerMacAddress of the other end; the kernel chooses one if empty
 * @param peerNamespace where the other end appears
 * @param mtu of both ends
 * @param state of this end; the other is down: the kernel refuses to open half a pair ({@code
 *     ENOTCONN})
 */
public record VethSpec(
        String name,
        Optional<MacAddress> macAddress,
        OptionalInt masterIndex,
        String peerName,
        Optional<MacAddress> peerMacAddress,
        NamespaceRef peerNamespace,
        int mtu,
        LinkState state) {
    public VethSpec {
        Link.requireName(name);
        Link.requireName(peerName);
    }
}
