// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.nio.ByteBuffer;
import java.time.Instant;

/** What a process does whose streams are connected. */
public sealed interface ExecEvent {
    /** Which of its streams; with a terminal all is {@link #STDOUT}. */
    enum Stream {
        STDOUT,
        STDERR
    }

    /**
     * It wrote this.
     *
     * @param bytes at least one and at most 64 KiB, backed by an array, owned by the receiver
     */
    record Output(Stream stream, ByteBuffer bytes) implements ExecEvent {}

    /** It ended; the last event. */
    record Exited(ExitStatus status, Instant at) implements ExecEvent {}

    /**
     * It goes on, and has all standard input that was written: the last event of who was attached
     * to a container whose standard input stays open, and ended their own.
     */
    record Detached() implements ExecEvent {}
}
