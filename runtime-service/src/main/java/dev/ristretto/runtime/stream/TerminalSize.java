// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

/** The size of a terminal in characters; 0 is unknown. */
public record TerminalSize(int rows, int columns) {
    /** What a client says nothing about. */
    public static final TerminalSize UNKNOWN = new TerminalSize(0, 0);
}
