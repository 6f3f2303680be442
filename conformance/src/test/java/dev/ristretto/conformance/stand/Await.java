// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes do, which sends no event to this one. */
public final class Await {
    private static final Duration STEP = Duration.ofMillis(20);

    /** A fact that may become true. */
    @FunctionalInterface
    public interface Fact {
        boolean holds() throws IOException;
    }

    private Await() {}

    /**
     * Returns as soon as the fact holds.
     *
     * @throws AssertionError naming what was waited for, if it does not within the patience
     */
    public static void until(String what, Duration patience, Fact fact) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!fact.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within %s: %s".formatted(patience, what));
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }
}
