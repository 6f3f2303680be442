// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.runtime.spec.StdioConfig;

/** The stdio flags of docs/wire.md, section 3. */
public final class StdioFlags {
    /** One pseudo terminal for all three. */
    public static final int TTY = 1;

    /** Standard input is a pipe, not {@code /dev/null}. */
    public static final int STDIN = 2;

    /** Standard input ends with its first client. */
    public static final int STDIN_ONCE = 4;

    private StdioFlags() {}

    /** What a config asks for. */
    public static int of(StdioConfig stdio) {
        return (stdio.tty() ? TTY : 0)
                | (stdio.stdin() ? STDIN : 0)
                | (stdio.stdinOnce() ? STDIN_ONCE : 0);
    }
}
