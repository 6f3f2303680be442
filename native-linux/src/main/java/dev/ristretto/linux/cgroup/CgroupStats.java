// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.util.OptionalLong;

/**
 * What a cgroup used at the moment it was read.
 *
 * @param cpuUsageNanos CPU time since it was made
 * @param memoryUsageBytes memory charged, page cache included
 * @param workingSetBytes {@code memoryUsageBytes} less inactive file pages, not below 0
 * @param rssBytes anonymous memory
 * @param pageFaults minor and major faults
 * @param majorPageFaults faults that read from a disk
 * @param memoryLimitBytes the hard limit, if there is one
 * @param swapUsageBytes swap in use
 * @param swapLimitBytes how much there may be, if that is limited
 * @param pids processes and threads
 */
public record CgroupStats(
        long cpuUsageNanos,
        long memoryUsageBytes,
        long workingSetBytes,
        long rssBytes,
        long pageFaults,
        long majorPageFaults,
        OptionalLong memoryLimitBytes,
        long swapUsageBytes,
        OptionalLong swapLimitBytes,
        long pids) {}
