// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.io.IOException;
import java.util.List;

/**
 * The host's interfaces, as far as the built-in network needs them: one bridge, and one veth pair
 * per pod whose host end has a name of ours. Safe from any thread.
 */
interface HostLinks {
    /** Whether the bridge is there. */
    boolean hasBridge() throws IOException;

    /** Makes the bridge with the first address of each subnet and sets it up; may exist already. */
    void ensureBridge() throws IOException;

    /** Removes the bridge; absent is fine. */
    void removeBridge() throws IOException;

    /** The routes of the host that do not lead over the bridge, without default routes. */
    List<HostRoute> foreignRoutes() throws IOException;

    /**
     * Makes a veth pair, one end on the bridge, the other as {@code eth0} in the pod's namespace
     * with addresses and default routes. Not all or nothing: undo it with {@link #removeVeth}.
     */
    void addVeth(VethPlan plan) throws IOException;

    /** Puts a host end back on the bridge, for a bridge that was made again; absent is fine. */
    void rejoinBridge(String hostInterfaceName) throws IOException;

    /** Removes a veth pair by its host end; absent is fine. */
    void removeVeth(String hostInterfaceName) throws IOException;

    /** The host ends of all veth pairs of ours on the bridge. */
    List<String> veths() throws IOException;

    /**
     * A route of the host.
     *
     * @param destination where to
     * @param interfaceName the way it goes, for messages
     */
    record HostRoute(Subnet destination, String interfaceName) {}
}
