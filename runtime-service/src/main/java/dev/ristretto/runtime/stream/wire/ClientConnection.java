// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A client's connection after its upgrade: streams that the client opens, until either side ends
 * it. Safe from any thread; no method may be called on an event loop.
 */
public interface ClientConnection {
    /**
     * The subprotocol agreed on, for example {@code v4.channel.k8s.io}; empty if none was named.
     */
    String protocol();

    /**
     * Waits for the next stream the client opens. On a WebSocket all channels are open at once.
     *
     * @return empty if the client opened none within this time
     * @throws IOException if the connection has ended
     */
    Optional<ClientStream> accept(Duration patience) throws IOException;

    /**
     * Runs an action once, on a thread of its own, when the client goes or {@link #end} is called;
     * at once if that has happened. Not when the connection is closed.
     */
    void onEnd(Runnable action);

    /**
     * Asks for the end from this side: every blocked and later read, write and accept fails with
     * this reason. What {@link ClientStream#finish} sends still goes out.
     */
    void end(String reason);

    /** Why {@link #end} was called, if it was. */
    Optional<String> endReason();

    /**
     * Takes leave: what was written goes out, what still comes in is dropped, and the client is
     * given time to close the connection itself, since one that is closed under it could lose what
     * it has not read yet. Then the connection is closed.
     */
    void close(Duration linger);
}
