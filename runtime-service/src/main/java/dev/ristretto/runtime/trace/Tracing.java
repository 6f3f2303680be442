// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.trace;

import dev.ristretto.runtime.config.RistrettoConfig;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Decides which RPCs are traced, as the kubelet does: one whose caller samples its trace is, one
 * whose caller does not is not, and of those without a caller's trace a configured share. Safe from
 * any thread; never waits.
 */
public final class Tracing implements AutoCloseable {
    private static final double MILLION = 1e6;

    /** The headers of W3C Trace Context; gRPC's names are in lower case as they are. */
    public static final List<String> HEADERS = List.of("traceparent", "tracestate");

    /** What a caller sent along. */
    @FunctionalInterface
    public interface Headers {
        /** The value of one of {@link #HEADERS}, or null. */
        @Nullable String get(String name);
    }

    private static final SpanContext NONE = SpanContext.getInvalid();
    private static final Span UNTRACED = new Span(NONE, NONE, 0, 0);
    private static final Getter GETTER = new Getter();

    private final @Nullable SpanExport export;
    private final double share;

    private Tracing(@Nullable SpanExport export, double share) {
        this.export = export;
        this.share = share;
    }

    /** Sends nothing; the trace ids of callers are known all the same, for logs. */
    public static Tracing off() {
        return new Tracing(null, 0);
    }

    /**
     * Sends what is sampled to the configured collector, if there is one.
     *
     * @param version of the daemon
     * @param host its name
     */
    public static Tracing start(RistrettoConfig.Tracing config, String version, String host) {
        if (config.endpoint().isEmpty()) {
            return off();
        }
        var export = SpanExport.start(config.endpoint(), new SpanExport.Source(version, host));
        return new Tracing(export, config.samplingRatePerMillion() / MILLION);
    }

    /**
     * An RPC begins.
     *
     * @param header gives the caller's headers
     */
    public Span begin(Headers header) {
        var parent = header.get("traceparent") == null ? NONE : parentOf(header);
        if (!parent.isValid()) {
            return root();
        }
        if (export == null || !parent.isSampled()) {
            // The trace goes on without a span of ours; its id is still worth a log's line.
            var passed =
                    SpanContext.create(
                            parent.getTraceId(),
                            parent.getSpanId(),
                            TraceFlags.getDefault(),
                            TraceState.getDefault());
            return new Span(passed, parent, 0, 0);
        }
        return Span.begun(sampled(parent.getTraceId(), parent.getTraceState()), parent);
    }

    private Span root() {
        if (export == null || share == 0 || ThreadLocalRandom.current().nextDouble() >= share) {
            return UNTRACED;
        }
        return Span.begun(sampled(Ids.trace(), TraceState.getDefault()), NONE);
    }

    private static SpanContext sampled(String traceId, TraceState state) {
        return SpanContext.create(traceId, Ids.span(), TraceFlags.getSampled(), state);
    }

    private static SpanContext parentOf(Headers header) {
        var context =
                W3CTraceContextPropagator.getInstance().extract(Context.root(), header, GETTER);
        return io.opentelemetry.api.trace.Span.fromContext(context).getSpanContext();
    }

    /** An RPC has ended. What the queue has no room for is dropped and counted. */
    public void ended(EndedRpc rpc) {
        if (export != null && rpc.span().sampled()) {
            export.offer(rpc);
        }
    }

    /** What became of spans. */
    public SpanExport.Counts counts() {
        return export == null ? SpanExport.Counts.NONE : export.counts();
    }

    /** Whether there is a collector. */
    public boolean isOn() {
        return export != null;
    }

    /** Sends what waits, within a bounded time. */
    @Override
    public void close() {
        if (export != null) {
            export.close(Duration.ofSeconds(2));
        }
    }

    private static final class Getter implements TextMapGetter<Headers> {
        @Override
        public @Nullable String get(@Nullable Headers header, String key) {
            return header == null ? null : header.get(key);
        }
    }
}
