// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import java.util.Optional;

/**
 * A bridge to be made, without spanning tree, so that its ports forward at once.
 *
 * @param name of the interface
 * @param mtu largest packet in bytes
 * @param macAddress a fixed one; without it the bridge takes the lowest of its ports and changes it
 *     as they come and go
 */
public record BridgeSpec(String name, int mtu, Optional<MacAddress> macAddress) {
    public BridgeSpec {
        Link.requireName(name);
    }
}
