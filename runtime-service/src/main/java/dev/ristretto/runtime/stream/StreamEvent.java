// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

/** What happens to a {@link StreamProcess}. */
public sealed interface StreamEvent {
    /** Where output comes from; that of a terminal is {@link #STDOUT}. */
    enum Source {
        STDOUT,
        STDERR
    }

    /** Some output; the receiver owns the bytes. */
    record Output(Source source, byte[] bytes) implements StreamEvent {}

    /**
     * The end, after all output.
     *
     * @param exitCode 0 to 255; 128 and its number after a signal
     */
    record Exited(int exitCode) implements StreamEvent {}
}
