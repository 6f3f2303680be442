// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.pull;

import dev.ristretto.image.reference.ImageReference;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** Hears of the steps of pulls, on the threads that do them: must neither block nor throw. */
@FunctionalInterface
public interface PullObserver {
    /** Nobody listens. */
    PullObserver NONE = (_, _, _, _) -> {};

    /**
     * A step has ended.
     *
     * @param what in words, with the digest and size of what was brought
     * @param failure null if it was done
     */
    void step(ImageReference reference, String what, Duration took, @Nullable Throwable failure);

    /** So many bytes have come from a registry. */
    default void received(long bytes) {}

    /** Work that another thread will do for the call that this thread works for. */
    default Runnable onBehalf(Runnable work) {
        return work;
    }
}
