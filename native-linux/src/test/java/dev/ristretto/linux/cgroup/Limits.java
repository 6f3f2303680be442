// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Limits with few values, for tests. */
final class Limits {
    private Limits() {}

    static CgroupLimits memory(long bytes) {
        return memory(OptionalLong.of(bytes), OptionalLong.empty());
    }

    static CgroupLimits memory(long bytes, long withSwap) {
        return memory(OptionalLong.of(bytes), OptionalLong.of(withSwap));
    }

    static CgroupLimits swap(long withSwap) {
        return memory(OptionalLong.empty(), OptionalLong.of(withSwap));
    }

    static CgroupLimits hugepages(Map<String, Long> bytes) {
        return new CgroupLimits(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                bytes,
                Map.of());
    }

    static CgroupLimits unified(Map<String, String> files) {
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
                files);
    }

    /** Every limit but huge pages. */
    static CgroupLimits all(long memoryBytes, long withSwapBytes) {
        return new CgroupLimits(
                OptionalLong.of(1024),
                OptionalLong.of(50_000),
                OptionalLong.of(100_000),
                Optional.of("0"),
                Optional.of("0"),
                OptionalLong.of(memoryBytes),
                OptionalLong.of(withSwapBytes),
                OptionalLong.of(20),
                Map.of(),
                Map.of());
    }

    static CgroupLimits withoutCpusets(CgroupLimits limits) {
        return new CgroupLimits(
                limits.cpuShares(),
                limits.cpuQuotaMicros(),
                limits.cpuPeriodMicros(),
                Optional.empty(),
                Optional.empty(),
                limits.memoryLimitBytes(),
                limits.memorySwapLimitBytes(),
                limits.pidsLimit(),
                limits.hugepageLimitsBytes(),
                limits.unified());
    }

    private static CgroupLimits memory(OptionalLong bytes, OptionalLong withSwap) {
        return new CgroupLimits(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                bytes,
                withSwap,
                OptionalLong.empty(),
                Map.of(),
                Map.of());
    }
}
