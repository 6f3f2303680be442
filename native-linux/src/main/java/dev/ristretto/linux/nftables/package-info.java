// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel's packet filter through libnftables, see libnftables(3): {@link
 * dev.ristretto.linux.nftables.Nftables} runs nft(8) commands, each call one transaction. Beside
 * {@code linux.syscall} the only package that imports {@code jnr}: the library is optional on a
 * host, and nothing else of it is needed.
 */
@NullMarked
package dev.ristretto.linux.nftables;

import org.jspecify.annotations.NullMarked;
