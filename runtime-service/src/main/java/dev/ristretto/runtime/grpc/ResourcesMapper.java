// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.cgroup.CgroupLimits;

import runtime.v1.HugepageLimit;
import runtime.v1.LinuxContainerResources;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code LinuxContainerResources} between protocol buffers and records. 0 means not set. */
final class ResourcesMapper {
    private static final int MAX_OOM_SCORE_ADJ = 1000;

    private ResourcesMapper() {}

    static CgroupLimits fromProto(LinuxContainerResources resources) {
        return new CgroupLimits(
                positive("cpu_shares", resources.getCpuShares()),
                limit("cpu_quota", resources.getCpuQuota()),
                positive("cpu_period", resources.getCpuPeriod()),
                text(resources.getCpusetCpus()),
                text(resources.getCpusetMems()),
                limit("memory_limit_in_bytes", resources.getMemoryLimitInBytes()),
                limit("memory_swap_limit_in_bytes", resources.getMemorySwapLimitInBytes()),
                OptionalLong.empty(),
                hugepages(resources),
                resources.getUnifiedMap());
    }

    static int oomScoreAdj(LinuxContainerResources resources) {
        long value = resources.getOomScoreAdj();
        if (value < -MAX_OOM_SCORE_ADJ || value > MAX_OOM_SCORE_ADJ) {
            throw RuntimeFault.invalidArgument(
                    "linux.resources.oom_score_adj %d is not within -1000 to 1000", value);
        }
        return (int) value;
    }

    static LinuxContainerResources toProto(CgroupLimits limits, int oomScoreAdj) {
        var proto =
                LinuxContainerResources.newBuilder()
                        .setCpuShares(limits.cpuShares().orElse(0))
                        .setCpuQuota(limits.cpuQuotaMicros().orElse(0))
                        .setCpuPeriod(limits.cpuPeriodMicros().orElse(0))
                        .setCpusetCpus(limits.cpusetCpus().orElse(""))
                        .setCpusetMems(limits.cpusetMems().orElse(""))
                        .setMemoryLimitInBytes(limits.memoryLimitBytes().orElse(0))
                        .setMemorySwapLimitInBytes(limits.memorySwapLimitBytes().orElse(0))
                        .setOomScoreAdj(oomScoreAdj)
                        .putAllUnified(limits.unified());
        limits.hugepageLimitsBytes()
                .forEach(
                        (size, bytes) ->
                                proto.addHugepageLimits(
                                        HugepageLimit.newBuilder()
                                                .setPageSize(size)
                                                .setLimit(bytes)));
        return proto.build();
    }

    private static OptionalLong positive(String field, long value) {
        if (value < 0) {
            throw RuntimeFault.invalidArgument(
                    "linux.resources.%s %d is negative; 0 leaves it unset", field, value);
        }
        return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static OptionalLong limit(String field, long value) {
        if (value < -1) {
            throw RuntimeFault.invalidArgument(
                    "linux.resources.%s %d is negative; -1 means no limit, 0 leaves it unset",
                    field, value);
        }
        return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static Optional<String> text(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    private static Map<String, Long> hugepages(LinuxContainerResources resources) {
        var limits = new HashMap<String, Long>();
        for (var limit : resources.getHugepageLimitsList()) {
            if (limit.getLimit() < 0) {
                throw RuntimeFault.invalidArgument(
                        "linux.resources.hugepage_limits[%s] is above 2^63", limit.getPageSize());
            }
            limits.put(limit.getPageSize(), limit.getLimit());
        }
        return limits;
    }
}
