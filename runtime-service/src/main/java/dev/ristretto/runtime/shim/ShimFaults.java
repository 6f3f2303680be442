// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often podshims did what they should not. Safe from any thread. */
public final class ShimFaults {
    private final LongAdder lost = new LongAdder();
    private final LongAdder silent = new LongAdder();
    private final LongAdder protocol = new LongAdder();

    /** One ended, though nobody asked it to. */
    public void lost() {
        lost.increment();
    }

    /** One did not answer in time, or took no connection. */
    void silent() {
        silent.increment();
    }

    /** One said what is not in the protocol. */
    void protocol() {
        protocol.increment();
    }

    /** By kind. */
    public Map<String, Long> counts() {
        var counts = new LinkedHashMap<String, Long>();
        counts.put("lost", lost.sum());
        counts.put("protocol", protocol.sum());
        counts.put("silent", silent.sum());
        return counts;
    }
}
