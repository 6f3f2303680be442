// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;

import java.util.BitSet;
import java.util.List;

/**
 * Hands out places in the subnets, the same one in each, one after the other. A place that was
 * given back is used again only after all others had their turn, so that neither a peer's ARP cache
 * nor a late packet of an old connection meets a new pod. Not thread-safe.
 */
final class AddressPool {
    /** 0 names the subnet, 1 is the bridge. */
    private static final int FIRST = 2;

    private final List<Subnet> subnets;
    private final int end;
    private final BitSet taken = new BitSet();
    private int next = FIRST;

    AddressPool(List<Subnet> subnets) {
        this.subnets = List.copyOf(subnets);
        this.end = subnets.stream().mapToInt(Subnet::size).min().orElse(FIRST);
    }

    /** Marks a place that a lease of an earlier daemon holds. */
    void retake(int index) {
        taken.set(index);
        next = Math.max(next, index + 1);
    }

    /**
     * A free place.
     *
     * @throws RuntimeFault {@code EXHAUSTED} if there is none
     */
    int take() {
        int index = taken.nextClearBit(Math.max(next, FIRST));
        if (index >= end) {
            index = taken.nextClearBit(FIRST);
        }
        if (index >= end) {
            throw RuntimeFault.exhausted(
                    null,
                    "give the pod an address: all %d of %s are in use; enlarge network.ipv4Subnet"
                            + " and network.ipv6Subnet",
                    taken.cardinality(),
                    subnets);
        }
        taken.set(index);
        next = index + 1;
        return index;
    }

    void giveBack(int index) {
        taken.clear(index);
    }
}
