// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import java.io.Serial;

/** Whether the user has had enough. Asked between calls; set by another thread. */
final class Interruption {
    private volatile boolean requested;

    void request() {
        requested = true;
    }

    void check() {
        if (requested) {
            throw new Interrupted();
        }
    }

    /** Unwinds to where what was made is removed. */
    static final class Interrupted extends RuntimeException {
        @Serial private static final long serialVersionUID = 1L;

        private Interrupted() {
            super("interrupted");
        }
    }
}
