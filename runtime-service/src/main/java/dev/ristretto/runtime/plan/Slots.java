// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.fault.RuntimeFault;

/** Hands out the file descriptor slots of one program, each once. */
final class Slots {
    /** As a root: the process's own. */
    static final int ROOT = 0;

    private static final int LAST = 1023;

    private int used;

    int next() {
        if (used == LAST) {
            throw RuntimeFault.invalidArgument(
                    "config.mounts: a container can be given at most %d mounts, its own file"
                            + " systems included",
                    LAST);
        }
        used++;
        return used;
    }
}
