// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.fault.RuntimeFault;

/**
 * The size of a terminal in characters; {@link #NONE} where there is no terminal or its size is not
 * known.
 */
public record TerminalSize(int rows, int columns) {
    private static final int MAX = 0xffff;

    /** No rows, no columns. */
    public static final TerminalSize NONE = new TerminalSize(0, 0);

    public TerminalSize {
        if (rows < 0 || rows > MAX || columns < 0 || columns > MAX) {
            throw RuntimeFault.invalidArgument(
                    "terminal size %d x %d is not within 0 to %d", rows, columns, MAX);
        }
    }
}
