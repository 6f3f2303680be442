// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends spans to a collector (OTLP, protobuf over HTTP) from one thread. Who offers never waits:
 * what a bounded queue has no room for is dropped and counted. A collector that does not answer
 * costs that thread's time and the spans, nothing else.
 */
public final class SpanExport {
    /** RPCs that wait; each has at most 64 steps. */
    static final int MAX_WAITING = 1024;

    private static final int MAX_RPCS_PER_REQUEST = 64;
    private static final Duration GATHERING = Duration.ofMillis(500);
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Logger LOG = Logger.getLogger(SpanExport.class);

    private final String endpoint;
    private final OtlpHttpSpanExporter exporter;
    private final Resource resource;
    private final BlockingQueue<EndedRpc> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final LongAdder exported = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Thread thread;
    private volatile boolean closing;
    private boolean working = true; // of the thread only

    /** Who makes the spans. */
    record Source(String version, String host) {}

    /**
     * What became of RPCs that were sampled.
     *
     * @param exported the collector has their spans
     * @param dropped the queue was full
     * @param failed the collector did not answer, or refused them
     */
    public record Counts(long exported, long dropped, long failed) {
        static final Counts NONE = new Counts(0, 0, 0);
    }

    private SpanExport(String endpoint, Source source) {
        this.endpoint = endpoint;
        exporter =
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(endpoint)
                        .setCompression("gzip")
                        .setConnectTimeout(CONNECT)
                        .setTimeout(TIMEOUT)
                        .setMeterProvider(MeterProvider.noop())
                        .build();
        resource =
                Resource.create(
                        Attributes.of(
                                AttributeKey.stringKey("service.name"), "ristrettod",
                                AttributeKey.stringKey("service.version"), source.version,
                                AttributeKey.stringKey("host.name"), source.host));
        thread = Thread.ofVirtual().name("trace-export").unstarted(this::send);
    }

    static SpanExport start(String endpoint, Source source) {
        var export = new SpanExport(endpoint, source);
        export.thread.start();
        return export;
    }

    void offer(EndedRpc rpc) {
        if (closing || !waiting.offer(rpc)) {
            dropped.increment();
        }
    }

    Counts counts() {
        return new Counts(exported.sum(), dropped.sum(), failed.sum());
    }

    /** Sends what waits, and gives up what is not sent by then. */
    void close(Duration patience) {
        closing = true;
        try {
            if (!thread.join(patience)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var _ = exporter.shutdown();
    }

    private void send() {
        try {
            while (!closing || !waiting.isEmpty()) {
                var batch = gather();
                if (!batch.isEmpty()) {
                    send(batch);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // given up by close
        }
    }

    /** Those that wait, after a while, so that a request carries several. */
    private List<EndedRpc> gather() throws InterruptedException {
        var batch = new ArrayList<EndedRpc>();
        long end = System.nanoTime() + GATHERING.toNanos();
        while (batch.size() < MAX_RPCS_PER_REQUEST) {
            var next =
                    closing
                            ? waiting.poll()
                            : waiting.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            batch.add(next);
        }
        return batch;
    }

    private void send(List<EndedRpc> batch) {
        var spans = new ArrayList<SpanData>();
        batch.forEach(rpc -> spans.addAll(RpcSpans.of(rpc, resource)));
        // Longer than all its attempts together: it is never asked for two requests at once.
        var result = exporter.export(spans).join(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        if (result.isSuccess()) {
            exported.add(batch.size());
            if (!working) {
                LOG.infof("send spans to %s: it works again", endpoint);
            }
        } else {
            failed.add(batch.size());
            if (working) {
                LOG.warnf(
                        "send spans to %s: %s; they are dropped and counted until it answers, see"
                                + " tracing.endpoint",
                        endpoint, reasonOf(result.getFailureThrowable()));
            }
        }
        working = result.isSuccess();
    }

    private static String reasonOf(@Nullable Throwable thrown) {
        if (thrown == null) {
            return "no answer in time";
        }
        var cause = thrown.getCause() == null ? thrown : thrown.getCause();
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
