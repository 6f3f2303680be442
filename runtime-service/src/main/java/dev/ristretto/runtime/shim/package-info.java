// SPDX-License-Identifier: Apache-2.0
/**
 * The daemon's side of the podshim: {@link dev.ristretto.runtime.shim.ShimOp} are the operations a
 * program is made of, {@code ShimClient} speaks the wire protocol (docs/wire.md) to one pod, {@code
 * Zygote} makes pods. Knows nothing of sandboxes and containers but their ids.
 *
 * <p>Conversations block the calling (virtual) thread on java.nio unix sockets, which unmounts it;
 * every conversation has a connection of its own, so calls are safe from any thread.
 */
@NullMarked
package dev.ristretto.runtime.shim;

import org.jspecify.annotations.NullMarked;
