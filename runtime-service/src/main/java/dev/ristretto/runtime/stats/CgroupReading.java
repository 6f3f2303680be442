// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import dev.ristretto.linux.cgroup.CgroupPressure;
import dev.ristretto.linux.cgroup.CgroupStats;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * What a cgroup used.
 *
 * @param cpuAt when its CPU time was read
 * @param cpuUsageNanos CPU time since it was made
 * @param usageNanoCores of late, 10^9 for one core; empty until it was read twice
 * @param at when all else was read; earlier than {@code cpuAt} if nothing in it has run since
 */
public record CgroupReading(
        Instant cpuAt,
        long cpuUsageNanos,
        OptionalLong usageNanoCores,
        Instant at,
        CgroupStats stats,
        CgroupPressure pressure) {}
