// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Limits in the CRI's units ({@code LinuxContainerResources}); what is absent is not touched.
 *
 * @param cpuShares relative weight as cgroup v1 counts it, 2 to 262144; converted for v2 with
 *     runc's formula since 1.3.2
 * @param cpuQuotaMicros run time per period, or -1 for no limit
 * @param cpuPeriodMicros period, 1000 to 1000000
 * @param cpusetCpus for example {@code 0-3,7}
 * @param cpusetMems memory nodes
 * @param memoryLimitBytes hard limit, or -1 for none
 * @param memorySwapLimitBytes memory and swap together, or -1 for none
 * @param pidsLimit processes and threads, or -1 for none
 * @param hugepageLimitsBytes by page size as the kernel writes it, for example {@code 2MB}
 * @param unified v2 files by name, written as they are; refused on v1
 */
public record CgroupLimits(
        OptionalLong cpuShares,
        OptionalLong cpuQuotaMicros,
        OptionalLong cpuPeriodMicros,
        Optional<String> cpusetCpus,
        Optional<String> cpusetMems,
        OptionalLong memoryLimitBytes,
        OptionalLong memorySwapLimitBytes,
        OptionalLong pidsLimit,
        Map<String, Long> hugepageLimitsBytes,
        Map<String, String> unified) {

    public CgroupLimits {
        hugepageLimitsBytes = Map.copyOf(hugepageLimitsBytes);
        unified = Map.copyOf(unified);
    }

    /** Nothing to write. */
    public static CgroupLimits none() {
        return new CgroupLimits(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Map.of(),
                Map.of());
    }

    /** These limits, changed by those that are present in others. */
    public CgroupLimits with(CgroupLimits others) {
        var hugepages = new HashMap<>(hugepageLimitsBytes);
        hugepages.putAll(others.hugepageLimitsBytes);
        var files = new HashMap<>(unified);
        files.putAll(others.unified);
        return new CgroupLimits(
                later(cpuShares, others.cpuShares),
                later(cpuQuotaMicros, others.cpuQuotaMicros),
                later(cpuPeriodMicros, others.cpuPeriodMicros),
                others.cpusetCpus.or(() -> cpusetCpus),
                others.cpusetMems.or(() -> cpusetMems),
                later(memoryLimitBytes, others.memoryLimitBytes),
                later(memorySwapLimitBytes, others.memorySwapLimitBytes),
                later(pidsLimit, others.pidsLimit),
                hugepages,
                files);
    }

    /** Those of these limits that are present in others too. */
    public CgroupLimits only(CgroupLimits others) {
        var hugepages = new HashMap<>(hugepageLimitsBytes);
        hugepages.keySet().retainAll(others.hugepageLimitsBytes.keySet());
        var files = new HashMap<>(unified);
        files.keySet().retainAll(others.unified.keySet());
        return new CgroupLimits(
                both(cpuShares, others.cpuShares),
                both(cpuQuotaMicros, others.cpuQuotaMicros),
                both(cpuPeriodMicros, others.cpuPeriodMicros),
                cpusetCpus.filter(_ -> others.cpusetCpus.isPresent()),
                cpusetMems.filter(_ -> others.cpusetMems.isPresent()),
                both(memoryLimitBytes, others.memoryLimitBytes),
                both(memorySwapLimitBytes, others.memorySwapLimitBytes),
                both(pidsLimit, others.pidsLimit),
                hugepages,
                files);
    }

    private static OptionalLong both(OptionalLong mine, OptionalLong other) {
        return other.isPresent() ? mine : OptionalLong.empty();
    }

    private static OptionalLong later(OptionalLong earlier, OptionalLong later) {
        return later.isPresent() ? later : earlier;
    }
}
