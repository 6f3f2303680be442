// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.linux.cgroup.CgroupLimits;

import java.util.OptionalLong;

/**
 * What clients say that a pod may use.
 *
 * @param overhead for the pod itself
 * @param resources for its containers together
 */
public record PodLimits(CgroupLimits overhead, CgroupLimits resources) {
    private static final PodLimits NONE = new PodLimits(CgroupLimits.none(), CgroupLimits.none());
    private static final long DEFAULT_PERIOD = 100_000;

    /** Nothing is said. */
    public static PodLimits none() {
        return NONE;
    }

    /** Both together, for the pod's cgroup: of what the containers may use, what is limited. */
    public CgroupLimits ofCgroup() {
        return new CgroupLimits(
                sum(resources.cpuShares(), overhead.cpuShares()),
                sum(resources.cpuQuotaMicros(), overheadQuota()),
                resources.cpuPeriodMicros(),
                resources.cpusetCpus(),
                resources.cpusetMems(),
                sum(resources.memoryLimitBytes(), overhead.memoryLimitBytes()),
                sum(resources.memorySwapLimitBytes(), overhead.memoryLimitBytes()),
                resources.pidsLimit(),
                resources.hugepageLimitsBytes(),
                resources.unified());
    }

    /** Its run time in a period of the containers' length. */
    private OptionalLong overheadQuota() {
        long quota = overhead.cpuQuotaMicros().orElse(0);
        long period = overhead.cpuPeriodMicros().orElse(DEFAULT_PERIOD);
        return quota <= 0
                ? OptionalLong.empty()
                : OptionalLong.of(
                        quota * resources.cpuPeriodMicros().orElse(DEFAULT_PERIOD) / period);
    }

    private static OptionalLong sum(OptionalLong limit, OptionalLong more) {
        return limit.isPresent() && limit.getAsLong() > 0 && more.orElse(0) > 0
                ? OptionalLong.of(limit.getAsLong() + more.getAsLong())
                : limit;
    }
}
