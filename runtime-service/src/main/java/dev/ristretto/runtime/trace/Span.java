// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.trace;

import io.opentelemetry.api.trace.SpanContext;

import java.util.concurrent.TimeUnit;

/**
 * An RPC under way, as its trace sees it.
 *
 * @param own where it stands in its trace; not valid if nobody traces it
 * @param parent what the caller said; not valid if it said nothing
 * @param epochNanos when it began
 * @param nanos the same by {@link System#nanoTime}
 */
public record Span(SpanContext own, SpanContext parent, long epochNanos, long nanos) {
    static Span begun(SpanContext own, SpanContext parent) {
        long millis = System.currentTimeMillis();
        return new Span(own, parent, TimeUnit.MILLISECONDS.toNanos(millis), System.nanoTime());
    }

    /** For logs: 32 hex digits; empty if nobody traces it. */
    public String traceId() {
        return own.isValid() ? own.getTraceId() : "";
    }

    /** Whether it is sent to the collector when it has ended. */
    public boolean sampled() {
        return own.isSampled();
    }

    /** A time of {@link System#nanoTime} in nanoseconds since 1970. */
    long epochNanosOf(long nanoTime) {
        return epochNanos + (nanoTime - nanos);
    }
}
