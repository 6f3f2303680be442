// SPDX-License-Identifier: Apache-2.0
/**
 * Links, addresses and routes by rtnetlink(7), without a process.
 *
 * <p>Entry: {@link dev.ristretto.linux.netlink.RtNetlink}, which asks and changes one network
 * namespace: the one its socket was opened in. Messages are made and read by pure code ({@code
 * MessageWriter}, {@code NetlinkMessage}, {@code Attributes}, {@code …Messages}), tested byte by
 * byte; {@code NetlinkSocket} carries them. What the kernel refuses is a {@link
 * dev.ristretto.linux.netlink.NetlinkException} with its errno and its own words.
 *
 * <p>Safe from any thread: one request at a time per socket, under the socket's lock.
 */
@NullMarked
package dev.ristretto.linux.netlink;

import org.jspecify.annotations.NullMarked;
