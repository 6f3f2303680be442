// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import java.io.IOException;

/** Starts the processes of exec. */
@FunctionalInterface
public interface ExecTarget {
    /**
     * Starts a process in a container. Called on a virtual thread, which it may block.
     *
     * @param size of the client's terminal, {@link TerminalSize#UNKNOWN} without one
     * @throws dev.ristretto.fault.RuntimeFault if it cannot be started: not running, not found; the
     *     message is what the user of {@code kubectl exec} reads
     */
    StreamProcess start(ExecStreamRequest request, TerminalSize size) throws IOException;
}
