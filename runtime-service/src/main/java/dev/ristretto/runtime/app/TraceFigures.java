// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.runtime.observe.Exposition;
import dev.ristretto.runtime.trace.Tracing;

import java.util.LinkedHashMap;
import java.util.function.Consumer;

/** What became of traces, for the metrics; nothing if there is no collector. */
record TraceFigures(Tracing tracing) implements Consumer<Exposition> {
    @Override
    public void accept(Exposition text) {
        if (!tracing.isOn()) {
            return;
        }
        var counts = tracing.counts();
        var outcomes = new LinkedHashMap<String, Long>();
        outcomes.put("exported", counts.exported());
        outcomes.put("dropped", counts.dropped());
        outcomes.put("failed", counts.failed());
        text.each(
                "ristretto_traced_rpcs_total",
                Exposition.Type.COUNTER,
                "Sampled RPCs by what became of their spans: the collector has them, the queue was"
                        + " full, or the collector did not take them.",
                "outcome",
                outcomes);
    }
}
