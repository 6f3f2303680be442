// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.trace;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;

import java.util.concurrent.ThreadLocalRandom;

/** Random ids; nobody guesses by them, so they need no strong source. Never all zero. */
final class Ids {
    private Ids() {}

    static String trace() {
        return TraceId.fromLongs(ThreadLocalRandom.current().nextLong(), nonZero());
    }

    static String span() {
        return SpanId.fromLong(nonZero());
    }

    private static long nonZero() {
        return ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    }
}
