// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import java.time.Duration;

/** When an operation has to be over, however many plugins it is made of. */
record Deadline(long atNanos, Duration patience) {
    static Deadline in(Duration patience) {
        return new Deadline(System.nanoTime() + patience.toNanos(), patience);
    }

    /** What is left of it; 0 when it has passed. */
    long restNanos() {
        return Math.max(0, atNanos - System.nanoTime());
    }
}
