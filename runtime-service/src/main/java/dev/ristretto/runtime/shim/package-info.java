// SPDX-License-Identifier: Apache-2.0
/**
 * The daemon's side of the podshim. A {@link dev.ristretto.runtime.shim.Program} is a checked list
 * of {@link dev.ristretto.runtime.shim.ShimOp}s; {@link dev.ristretto.runtime.shim.Zygote} makes
 * pods of one; {@link dev.ristretto.runtime.shim.ShimClient} speaks the wire protocol
 * (docs/wire.md) to a pod; {@link dev.ristretto.runtime.shim.ShimFailureText} turns what they throw
 * into faults. Knows nothing of sandboxes and containers but their ids.
 *
 * <p>Conversations block the calling (virtual) thread on java.nio unix sockets, which unmounts it;
 * every conversation has a connection of its own, so calls are safe from any thread.
 */
@NullMarked
package dev.ristretto.runtime.shim;

import org.jspecify.annotations.NullMarked;
