// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import runtime.v1.CpuUsage;

/** How busy a container was between two looks. */
final class CpuShare {
    private CpuShare() {}

    /** In percent of one core; 0 when the runtime has not measured again in between. */
    static double between(CpuUsage before, CpuUsage after) {
        long nanos = after.getTimestamp() - before.getTimestamp();
        long used =
                after.getUsageCoreNanoSeconds().getValue()
                        - before.getUsageCoreNanoSeconds().getValue();
        return nanos <= 0 ? 0 : 100.0 * used / nanos;
    }
}
