// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a cgroup used beyond {@link CgroupStats}: more files, for who asks rarely. Figures that a
 * kernel lacks are zero.
 *
 * @param processes in it and below it
 * @param hugePages by page size; empty without the hugetlb controller
 * @param io by device; empty without the blkio or io controller
 */
public record CgroupDetails(
        Cpu cpu,
        Memory memory,
        OptionalLong tasksMax,
        List<Integer> processes,
        List<HugePages> hugePages,
        List<DeviceIo> io) {
    public CgroupDetails {
        processes = List.copyOf(processes);
        hugePages = List.copyOf(hugePages);
        io = List.copyOf(io);
    }

    /**
     * CPU time and how it was held back.
     *
     * @param periods of the quota that have passed
     * @param throttledPeriods those in which it was used up
     */
    public record Cpu(
            long userNanos,
            long systemNanos,
            long periods,
            long throttledPeriods,
            long throttledNanos) {}

    /**
     * Memory by kind.
     *
     * @param cacheBytes page cache
     * @param limitHits how often the limit was met
     * @param reservationBytes v1's soft limit, {@code memory.low} on v2, if there is one
     * @param ownPageFaults without those of cgroups below
     */
    public record Memory(
            long cacheBytes,
            long mappedFileBytes,
            long kernelBytes,
            long maxUsageBytes,
            long limitHits,
            OptionalLong reservationBytes,
            long ownPageFaults,
            long ownMajorPageFaults) {}

    /**
     * Huge pages of one size.
     *
     * @param pageSize as the kernel writes it, for example {@code 2MB}
     * @param maxUsageBytes v2 does not remember it
     */
    public record HugePages(String pageSize, long usageBytes, OptionalLong maxUsageBytes) {}

    /** What went to and from one block device. */
    public record DeviceIo(
            int major, int minor, long readBytes, long writeBytes, long reads, long writes) {}
}
