// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import java.io.IOException;
import java.util.Optional;

/** One stream of a client's connection, both ways. Safe from any thread. */
public interface ClientStream {
    /** A header the client opened the stream with, for example {@code streamtype}, in any case. */
    Optional<String> header(String name);

    /**
     * Waits for bytes from the client.
     *
     * @return the next bytes, for the caller to keep; empty at the end of the client's side
     * @throws IOException if the client has reset the stream or the connection has ended: then what
     *     was read is not all the client meant to send
     */
    byte[] read() throws IOException;

    /** Drops what has come and what will: nobody reads this stream. */
    void ignoreInput();

    /**
     * Sends bytes; waits while the client does not read. What is written to a stream that the
     * client has reset is dropped.
     *
     * @param bytes must not be changed afterwards
     * @throws IOException if the connection has ended
     */
    void write(byte[] bytes) throws IOException;

    /** Sends the last bytes of this side, without waiting; later calls do nothing. */
    void finish(byte[] last);
}
