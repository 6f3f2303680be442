// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;

import java.util.List;
import java.util.Set;

/**
 * Gives pod sandboxes their network. Safe from any thread; calls for one pod sandbox are made one
 * after the other (the pod's lock), calls for different ones at the same time.
 *
 * <p>Failures are {@link RuntimeFault}s whose message can go to the kubelet as it is.
 */
public interface PodNetworks extends AutoCloseable {
    /**
     * Attaches a pod's network namespace: interface, addresses, routes, host ports. All or nothing:
     * when it throws, nothing is left. A pod that is attached already is detached first, so a
     * retried request gets a network that fits its namespace.
     *
     * @throws RuntimeFault {@code NAME_TAKEN} if a host port is in use (the message names its
     *     owner), {@code EXHAUSTED} if no address is free, {@code INTERNAL} with the kernel's
     *     answer
     */
    PodNetwork attach(PodAttachment attachment);

    /**
     * Takes back all that {@link #attach} made, also what an interrupted attach left. The pod's
     * network namespace may be gone already. Unknown pods are fine: this is idempotent.
     */
    void detach(String podSandboxId);

    /**
     * The pod's processes are about to end, and with them its network namespace, unless {@link
     * #detach} needs it: then it is kept until that has succeeded, or this daemon has ended.
     */
    default void keepNetns(String podSandboxId) {}

    /**
     * {@link #detach} for a pod of which nobody waits for it, and whose processes may end right
     * after this: what takes long may be done later, until it succeeds.
     */
    default void release(String podSandboxId) {
        detach(podSandboxId);
    }

    /**
     * The node's own part of the cluster's pod addresses, as the kubelet tells it ({@code
     * UpdateRuntimeConfig}); for pods that are attached from now on.
     */
    default void usePodCidrs(List<Subnet> podCidrs) {}

    /**
     * Recovery: detaches every pod sandbox that is not in this set, and removes interfaces, leases
     * and port map entries that no pod in the set owns. Restores what the host lost meanwhile (a
     * flushed nftables table, a deleted bridge) for those that stay. Call it once at start, also
     * with an empty set: {@link #readiness} is not ready before. A host on which pods cannot be
     * attached is no failure of it; readiness says why.
     */
    void retain(Set<String> podSandboxIds);

    /**
     * Looks whether what all pods share on the host is still there, and makes it again: others run
     * {@code nft flush ruleset}, which closes host ports and opens the host's loopback to pods.
     * Takes about a millisecond; called every few seconds once {@link #retain} has returned. Does
     * not throw: readiness tells what is wrong.
     */
    default void mend() {}

    /**
     * A clean end: takes back what belongs to no single pod (the bridge, the nftables table),
     * unless a pod is still attached. The next {@link #attach} makes it again.
     */
    void dismantle();

    /**
     * Lets go of what the daemon holds (sockets, threads), for its end. Attached pods stay so; no
     * method may be called afterwards.
     */
    @Override
    default void close() {}

    /** Whether pods can be attached now; for the {@code NetworkReady} condition of Status. */
    NetworkReadiness readiness();
}
