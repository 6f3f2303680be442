// SPDX-License-Identifier: Apache-2.0
/**
 * The protocols of streaming connections: an HTTP/1.1 request is upgraded to SPDY/3.1 or to a
 * WebSocket, and what is left is a {@link dev.ristretto.runtime.stream.wire.ClientConnection} with
 * {@link dev.ristretto.runtime.stream.wire.ClientStream}s, whichever it was. {@link
 * dev.ristretto.runtime.stream.wire.UpgradeServer} is the entry; what a URL stands for is a {@link
 * dev.ristretto.runtime.stream.wire.StreamEndpoint}. Knows nothing of containers.
 *
 * <p>Netty's event loops move frames and never block. An endpoint is served on a virtual thread of
 * its own, and reads and writes of streams block it: a client that does not read stops who writes,
 * and a stream that is not read stops, once a bounded buffer is full, the reading of its
 * connection. One lock per connection guards its streams.
 */
@NullMarked
package dev.ristretto.runtime.stream.wire;

import org.jspecify.annotations.NullMarked;
