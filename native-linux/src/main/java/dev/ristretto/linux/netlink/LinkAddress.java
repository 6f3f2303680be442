// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

/**
 * An address of an interface.
 *
 * @param linkIndex the interface
 * @param prefix the address and the length of its network
 * @param linkLocal whether its scope is the link (or the host) and no more
 */
public record LinkAddress(int linkIndex, IpPrefix prefix, boolean linkLocal) {}
