// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that goes when it is told to. */
final class FakeNanos implements LongSupplier {
    private final AtomicLong now = new AtomicLong(1_000);

    @Override
    public long getAsLong() {
        return now.get();
    }

    void advance(long nanos) {
        now.addAndGet(nanos);
    }
}
