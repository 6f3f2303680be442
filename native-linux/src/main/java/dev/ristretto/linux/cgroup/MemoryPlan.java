// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static dev.ristretto.linux.cgroup.CgroupDirectory.UNLIMITED;

import dev.ristretto.fault.RuntimeFault;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What to write for memory limits. Pure. The CRI counts swap as cgroup v1 does, memory and swap
 * together; v2 has a limit for swap alone. On both a new memory limit alone leaves the swap that
 * may be used as it was.
 */
final class MemoryPlan {
    static final String V1_LIMIT = "memory.limit_in_bytes";
    static final String V1_SWAP = "memory.memsw.limit_in_bytes";
    static final String V2_MAX = "memory.max";
    static final String V2_SWAP = "memory.swap.max";

    private MemoryPlan() {}

    /**
     * cgroup v1 keeps {@code memsw >= limit} at every moment: memsw first if the new limit is above
     * the memsw in force, else the limit first.
     *
     * @param currentSwap the memsw in force; empty if the kernel does not count swap
     */
    static List<FileWrite> v1(CgroupLimits limits, long currentLimit, OptionalLong currentSwap) {
        var limit = limits.memoryLimitBytes();
        var swap = limits.memorySwapLimitBytes();
        requireSwapHoldsMemory(limit.orElse(currentLimit), swap);
        var writes = new ArrayList<FileWrite>();
        limit.ifPresent(bytes -> writes.add(FileWrite.number(V1_LIMIT, bytes)));
        if (currentSwap.isEmpty()) {
            requireNoSwapAsked(limit.orElse(currentLimit), swap, V1_SWAP);
            return writes;
        }
        var newSwap = swap;
        if (swap.isEmpty() && limit.isPresent() && currentSwap.getAsLong() != UNLIMITED) {
            long allowance = currentSwap.getAsLong() - currentLimit;
            newSwap = OptionalLong.of(plus(limit.getAsLong(), allowance));
        }
        if (newSwap.isPresent()) {
            boolean first =
                    limit.isPresent() && isAbove(limit.getAsLong(), currentSwap.getAsLong());
            writes.add(first ? 0 : writes.size(), FileWrite.number(V1_SWAP, newSwap.getAsLong()));
        }
        return writes;
    }

    /**
     * cgroup v2: {@code memory.swap.max = swap - memory}.
     *
     * @param countsSwap whether there is a {@code memory.swap.max}
     */
    static List<FileWrite> v2(CgroupLimits limits, long currentMax, boolean countsSwap) {
        var swap = limits.memorySwapLimitBytes();
        long max = limits.memoryLimitBytes().orElse(currentMax);
        requireSwapHoldsMemory(max, swap);
        var writes = new ArrayList<FileWrite>();
        limits.memoryLimitBytes().ifPresent(bytes -> writes.add(FileWrite.limit(V2_MAX, bytes)));
        if (!countsSwap) {
            requireNoSwapAsked(max, swap, V2_SWAP);
            return writes;
        }
        swap.ifPresent(
                bytes ->
                        writes.add(
                                FileWrite.limit(
                                        V2_SWAP, bytes == UNLIMITED ? UNLIMITED : bytes - max)));
        return writes;
    }

    private static void requireSwapHoldsMemory(long limit, OptionalLong swap) {
        if (swap.isEmpty() || !isAbove(limit, swap.getAsLong())) {
            return;
        }
        throw RuntimeFault.invalidArgument(
                "memory_swap_limit_in_bytes %d is below memory_limit_in_bytes (%s): it counts both",
                swap.getAsLong(), limit == UNLIMITED ? "unlimited" : Long.toString(limit));
    }

    /** Without swap accounting only "no limit" and "no swap beyond memory" need nothing written. */
    private static void requireNoSwapAsked(long limit, OptionalLong swap, String file) {
        if (swap.isEmpty() || swap.getAsLong() == UNLIMITED || swap.getAsLong() == limit) {
            return;
        }
        throw RuntimeFault.unsupported(
                "limit swap: the kernel has no %s; boot with swapaccount=1", file);
    }

    private static long plus(long limit, long allowance) {
        return limit == UNLIMITED ? UNLIMITED : limit + allowance;
    }

    private static boolean isAbove(long a, long b) {
        return b != UNLIMITED && (a == UNLIMITED || a > b);
    }
}
