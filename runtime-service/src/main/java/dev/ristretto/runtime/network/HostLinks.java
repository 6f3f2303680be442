// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.io.IOException;
import java.util.List;

/**
 * The host's interfaces, as far as the built-in network needs them: one bridge, and one veth pair
 * per pod whose host end has a name of ours. Safe from any thread.
 */
interface HostLinks extends AutoCloseable {
    /** Whether the bridge is there and set up. */
    boolean hasBridge() throws IOException;

    /**
     * Makes the bridge with the first address of each subnet and sets it up. May exist already, if
     * it is ours: one that another daemon or program made is refused.
     */
    void ensureBridge() throws IOException;

    /**
     * Removes the bridge, unless it is not ours; absent is fine.
     *
     * @return whether there is no bridge of that name any more
     */
    boolean removeBridge() throws IOException;

    /** The routes of the host that do not lead over the bridge, without default routes. */
    List<HostRoute> foreignRoutes() throws IOException;

    /**
     * Whether this host has interfaces beside the loopback, our bridge and one piece of hardware:
     * then others may have come to rely on its forwarding.
     */
    boolean connectsOthers() throws IOException;

    /**
     * Makes a veth pair, one end on the bridge, the other as {@code eth0} in the pod's namespace
     * with addresses and default routes; packets pass when it returns. Not all or nothing: undo it
     * with {@link #removeVeth}.
     */
    void addVeth(VethPlan plan) throws IOException;

    /** Puts a host end back on the bridge, for a bridge that was made again; absent is fine. */
    void rejoinBridge(String hostInterfaceName) throws IOException;

    /**
     * Removes a veth pair by its host end, both ends gone when it returns; absent is fine. The
     * pod's namespace may be gone, too.
     */
    void removeVeth(String hostInterfaceName) throws IOException;

    /** The host ends of all veth pairs of ours on the bridge, if that is ours. */
    List<String> veths() throws IOException;

    /** Lets go of the sockets; what was made stays. */
    @Override
    void close() throws IOException;

    /**
     * A route of the host.
     *
     * @param destination where to
     * @param interfaceName the way it goes, for messages
     */
    record HostRoute(Subnet destination, String interfaceName) {}
}
