// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Times as the CRI has them: nanoseconds since the epoch. */
final class Times {
    private Times() {}

    static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }
}
