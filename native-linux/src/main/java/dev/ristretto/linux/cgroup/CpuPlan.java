// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static dev.ristretto.linux.cgroup.CgroupDirectory.UNLIMITED;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What to write for CPU limits. Pure. */
final class CpuPlan {
    static final String V1_SHARES = "cpu.shares";
    static final String V1_QUOTA = "cpu.cfs_quota_us";
    static final String V1_PERIOD = "cpu.cfs_period_us";
    static final String V2_WEIGHT = "cpu.weight";
    static final String V2_MAX = "cpu.max";

    private CpuPlan() {}

    /**
     * cgroup v1 takes quota and period one by one and checks their ratio against the parent's in
     * between. So the order is the one whose ratio in between is the lower: it is never above both
     * the old and the new one, which the parent allows.
     */
    static List<FileWrite> v1(CgroupLimits limits, long currentQuota, long currentPeriod) {
        var writes = new ArrayList<FileWrite>();
        limits.cpuShares().ifPresent(shares -> writes.add(FileWrite.number(V1_SHARES, shares)));
        var quota = writeIfPresent(V1_QUOTA, limits.cpuQuotaMicros());
        var period = writeIfPresent(V1_PERIOD, limits.cpuPeriodMicros());
        long newQuota = limits.cpuQuotaMicros().orElse(currentQuota);
        long newPeriod = limits.cpuPeriodMicros().orElse(currentPeriod);
        boolean quotaFirst =
                newQuota == UNLIMITED
                        || (currentQuota != UNLIMITED
                                && ratio(newQuota, currentPeriod) < ratio(currentQuota, newPeriod));
        writes.addAll(quotaFirst ? quota : period);
        writes.addAll(quotaFirst ? period : quota);
        return writes;
    }

    /** cgroup v2 takes both at once; a missing period stays, a missing quota is written again. */
    static List<FileWrite> v2(CgroupLimits limits, String currentMax) {
        var writes = new ArrayList<FileWrite>();
        limits.cpuShares()
                .ifPresent(
                        shares ->
                                writes.add(
                                        FileWrite.number(V2_WEIGHT, CpuWeight.ofShares(shares))));
        if (limits.cpuQuotaMicros().isEmpty() && limits.cpuPeriodMicros().isEmpty()) {
            return writes;
        }
        var max = new StringBuilder();
        if (limits.cpuQuotaMicros().isPresent()) {
            max.append(FileWrite.limit(V2_MAX, limits.cpuQuotaMicros().getAsLong()).value());
        } else {
            max.append(currentMax.split(" ", 2)[0]);
        }
        limits.cpuPeriodMicros().ifPresent(period -> max.append(' ').append(period));
        writes.add(new FileWrite(V2_MAX, max.toString()));
        return writes;
    }

    private static List<FileWrite> writeIfPresent(String file, OptionalLong value) {
        return value.isPresent() ? List.of(FileWrite.number(file, value.getAsLong())) : List.of();
    }

    private static double ratio(long quota, long period) {
        return (double) quota / Math.max(period, 1);
    }
}
