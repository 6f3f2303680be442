// SPDX-License-Identifier: Apache-2.0
/**
 * The network of a pod sandbox: {@link dev.ristretto.runtime.network.PodNetworks} attaches a
 * network namespace and detaches it again. {@link dev.ristretto.runtime.network.HostNetwork} has
 * nothing to do; {@code BuiltInNetwork} is a bridge with veth pairs, its own address leases and one
 * nftables table. {@link dev.ristretto.runtime.network.ResolvConf} and {@link
 * dev.ristretto.runtime.network.HostsFile} are the files that go with it.
 *
 * <p>Called by the sandbox use cases, under the pod's lock. Different pods may be attached and
 * detached at the same time; an implementation serialises what they share.
 */
@NullMarked
package dev.ristretto.runtime.network;

import org.jspecify.annotations.NullMarked;
