// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import java.io.IOException;

/** Connects to the processes of containers. */
public interface AttachTarget {
    /**
     * Looks whether a client could be attached now.
     *
     * @throws dev.ristretto.fault.RuntimeFault if the container does not run or is not there
     */
    void check(AttachStreamRequest request);

    /**
     * Connects to a container's process, which goes on when the client is let go. Called on a
     * virtual thread, which it may block.
     *
     * @param size of the client's terminal, {@link TerminalSize#UNKNOWN} without one
     * @return what ends with exit code 0 when the container has ended, however it did
     * @throws dev.ristretto.fault.RuntimeFault as {@link #check}
     */
    StreamProcess attach(AttachStreamRequest request, TerminalSize size) throws IOException;
}
