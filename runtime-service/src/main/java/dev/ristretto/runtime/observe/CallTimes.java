// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.observe;

import dev.ristretto.runtime.observe.Exposition.Type;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often each RPC was called, how it ended and how long it took. Safe from any thread. */
public final class CallTimes {
    /** Upper bounds in seconds: from what a list takes to what a pull does. */
    private static final double[] BOUNDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120
    };

    private static final double NANOS = 1e9;
    private static final String NAME = "ristretto_rpc_duration_seconds";

    private final Map<Key, Histogram> histograms = new ConcurrentHashMap<>();

    private record Key(String method, String code) {}

    private static final class Histogram {
        private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
        private final LongAdder nanos = new LongAdder();

        Histogram() {
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] = new LongAdder();
            }
        }

        void add(long duration) {
            int bucket = 0;
            while (bucket < BOUNDS.length && duration / NANOS > BOUNDS[bucket]) {
                bucket++;
            }
            buckets[bucket].increment();
            nanos.add(duration);
        }
    }

    /**
     * A call has ended.
     *
     * @param method without the service's name
     * @param code of gRPC
     * @param nanos how long it took
     */
    public void add(String method, String code, long nanos) {
        histograms.computeIfAbsent(new Key(method, code), _ -> new Histogram()).add(nanos);
    }

    /** How many calls of a method ended so. */
    public long count(String method, String code) {
        var histogram = histograms.get(new Key(method, code));
        long sum = 0;
        if (histogram != null) {
            for (var bucket : histogram.buckets) {
                sum += bucket.sum();
            }
        }
        return sum;
    }

    void write(Exposition text) {
        text.begin(NAME, Type.HISTOGRAM, "Time that RPCs took, by method and code.");
        var sorted = new TreeMap<String, Key>();
        histograms.keySet().forEach(key -> sorted.put(key.method + " " + key.code, key));
        for (var key : sorted.values()) {
            var histogram = histograms.get(key);
            if (histogram != null) {
                write(text, key, histogram);
            }
        }
    }

    private static void write(Exposition text, Key key, Histogram histogram) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("method", key.method);
        labels.put("code", key.code);
        long sum = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            sum += histogram.buckets[i].sum();
            labels.put("le", Exposition.number(BOUNDS[i]));
            text.sample(NAME + "_bucket", labels, sum);
        }
        sum += histogram.buckets[BOUNDS.length].sum();
        labels.put("le", "+Inf");
        text.sample(NAME + "_bucket", labels, sum);
        labels.remove("le");
        text.sample(NAME + "_sum", labels, histogram.nanos.sum() / NANOS);
        text.sample(NAME + "_count", labels, sum);
    }
}
