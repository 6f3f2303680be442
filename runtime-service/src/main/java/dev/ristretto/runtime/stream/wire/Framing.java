// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.buffer.ByteBuf;

import java.util.List;
import java.util.Optional;

/**
 * How streams become frames of a protocol, and what its flow control allows. Every method is called
 * under the connection's lock.
 */
interface Framing {
    /** A stream has been opened. */
    void opened(int streamId);

    /** The frame for some bytes of a stream. */
    Object data(int streamId, ByteBuf bytes);

    /** The frame for a stream's last bytes; empty if the protocol has nothing to say. */
    Optional<Object> last(int streamId, ByteBuf bytes);

    /** How many of the wanted bytes the peer's windows allow now. */
    int sendable(int streamId, int wantedBytes);

    /** Notes that bytes were sent. */
    void sent(int streamId, int bytes);

    /** Notes that bytes from the client have found their reader. */
    void consumed(int streamId, int bytes);

    /** Frames that tell the client about what was consumed, if there is enough to tell. */
    List<Object> acknowledgements();

    /** Forgets a stream that is over. */
    void forget(int streamId);

    /** What is said before the client is given time to leave. */
    Optional<Object> farewell();

    /** What is said when the connection is closed in order. */
    Optional<Object> goodbye();

    /** What is said to a client that broke the protocol, before its connection is closed. */
    Optional<Object> reproach(Throwable violation);
}
