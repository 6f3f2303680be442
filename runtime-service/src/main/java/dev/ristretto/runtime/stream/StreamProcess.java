// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import java.io.IOException;

/**
 * A process whose input and output are streamed. One thread calls {@link #next}, others write and
 * resize meanwhile.
 */
public interface StreamProcess extends AutoCloseable {
    /**
     * Waits for output or the end. While nobody calls it, the process's output is not read.
     *
     * @throws IOException if the process is lost, or this is closed
     */
    StreamEvent next() throws IOException;

    /**
     * Gives bytes to standard input; waits while the process does not read. Bytes for a process
     * that has closed its standard input are dropped.
     */
    void writeStdin(byte[] bytes) throws IOException;

    /** Ends standard input. */
    void closeStdin() throws IOException;

    /** Tells the process's terminal its size. */
    void resize(TerminalSize size) throws IOException;

    /**
     * Lets go: ends a process that has not ended, and every call that waits. From any thread, any
     * number of times.
     */
    @Override
    void close();
}
