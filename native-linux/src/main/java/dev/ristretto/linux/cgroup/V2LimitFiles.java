// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static dev.ristretto.linux.cgroup.CgroupDirectory.UNLIMITED;

import dev.ristretto.fault.RuntimeFault;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Limits in the v2 hierarchy, see the kernel's {@code admin-guide/cgroup-v2}. */
final class V2LimitFiles implements LimitFiles {
    private static final String CONTROLLERS = "cgroup.controllers";
    private static final String PIDS_MAX = "pids.max";
    private static final String MEMORY_CURRENT = "memory.current";
    private static final String HUGEPAGE_LIMIT = "max";
    private static final String DEFAULT_CPU_MAX = "max 100000";

    /** A controller's file. {@code cgroup.*} would let a limit move, freeze or kill processes. */
    private static final Pattern UNIFIED_KEY =
            Pattern.compile("(?!cgroup\\.)[a-z0-9_]+(\\.[A-Za-z0-9_]+)+");

    private final CgroupDirectory cgroup;

    V2LimitFiles(CgroupDirectory cgroup) {
        this.cgroup = cgroup;
    }

    @Override
    public void write(CgroupLimits limits) throws IOException {
        limits.unified().forEach(V2LimitFiles::requireSafe);
        writeMemory(limits);
        for (var write : CpuPlan.v2(limits, cpuMax())) {
            put(write);
        }
        if (limits.cpusetCpus().isPresent()) {
            put(new FileWrite("cpuset.cpus", limits.cpusetCpus().get()));
        }
        if (limits.cpusetMems().isPresent()) {
            put(new FileWrite("cpuset.mems", limits.cpusetMems().get()));
        }
        if (limits.pidsLimit().isPresent()) {
            put(FileWrite.limit(PIDS_MAX, limits.pidsLimit().getAsLong()));
        }
        var hugepages = limits.hugepageLimitsBytes();
        for (var write : LimitFiles.hugepages(cgroup, hugepages, HUGEPAGE_LIMIT)) {
            put(write);
        }
        for (var entry : limits.unified().entrySet()) {
            put(new FileWrite(entry.getKey(), entry.getValue()));
        }
    }

    private void writeMemory(CgroupLimits limits) throws CgroupException {
        var current = cgroup.number(MemoryPlan.V2_MAX).orElse(UNLIMITED);
        var plan = MemoryPlan.v2(limits, current, cgroup.has(MemoryPlan.V2_SWAP));
        var limit = limits.memoryLimitBytes();
        if (limit.isPresent() && limit.getAsLong() != UNLIMITED) {
            makeRoom(limit.getAsLong());
        }
        for (var write : plan) {
            put(write);
        }
    }

    /**
     * v2 answers a limit below what is in use with the OOM killer, so ask for reclaim first and
     * refuse if that was not enough.
     */
    private void makeRoom(long limit) throws CgroupException {
        long usage = cgroup.number(MEMORY_CURRENT).orElse(0);
        if (usage <= limit) {
            return;
        }
        try {
            cgroup.write(FileWrite.number("memory.reclaim", usage - limit));
        } catch (CgroupException e) {
            // EAGAIN: less was reclaimed than asked. ENOENT: before Linux 5.19. Usage decides.
            if (stillAbove(limit)) {
                var fault = LimitFiles.belowUsage(cgroup, limit, cgroup.number(MEMORY_CURRENT));
                fault.addSuppressed(e);
                throw fault;
            }
        }
        if (stillAbove(limit)) {
            throw LimitFiles.belowUsage(cgroup, limit, cgroup.number(MEMORY_CURRENT));
        }
    }

    private boolean stillAbove(long limit) throws CgroupException {
        return cgroup.number(MEMORY_CURRENT).orElse(0) > limit;
    }

    /** A file that is not there is one of a controller that is not, which is worth saying. */
    private void put(FileWrite write) throws CgroupException {
        try {
            cgroup.write(write);
        } catch (CgroupException e) {
            if (cgroup.has(write.file())) {
                throw e;
            }
            throw new CgroupException(
                    "%s; the controllers of this cgroup are '%s', see %s and the kernel's options"
                            .formatted(
                                    e.getMessage(),
                                    cgroup.text(CONTROLLERS).orElse(""),
                                    CONTROLLERS),
                    e);
        }
    }

    @Override
    public CgroupLimits read() throws IOException {
        var weight = cgroup.number(CpuPlan.V2_WEIGHT);
        var memory = cgroup.number(MemoryPlan.V2_MAX);
        return new CgroupLimits(
                weight.isPresent()
                        ? OptionalLong.of(CpuWeight.toShares(weight.getAsLong()))
                        : weight,
                cpuMaxPart(0),
                cpuMaxPart(1),
                cgroup.text("cpuset.cpus").filter(text -> !text.isEmpty()),
                cgroup.text("cpuset.mems").filter(text -> !text.isEmpty()),
                memory,
                memoryAndSwap(memory),
                cgroup.number(PIDS_MAX),
                LimitFiles.readHugepages(cgroup, HUGEPAGE_LIMIT),
                Map.of());
    }

    private OptionalLong memoryAndSwap(OptionalLong memory) throws CgroupException {
        var swap = cgroup.number(MemoryPlan.V2_SWAP);
        if (swap.isEmpty() || memory.isEmpty()) {
            return OptionalLong.empty();
        }
        boolean unlimited = swap.getAsLong() == UNLIMITED || memory.getAsLong() == UNLIMITED;
        return OptionalLong.of(unlimited ? UNLIMITED : memory.getAsLong() + swap.getAsLong());
    }

    private String cpuMax() throws CgroupException {
        return cgroup.text(CpuPlan.V2_MAX).orElse(DEFAULT_CPU_MAX);
    }

    private OptionalLong cpuMaxPart(int index) throws CgroupException {
        Optional<String> max = cgroup.text(CpuPlan.V2_MAX);
        if (max.isEmpty()) {
            return OptionalLong.empty();
        }
        var part = max.get().split(" ", 2)[index];
        return OptionalLong.of("max".equals(part) ? UNLIMITED : Long.parseLong(part));
    }

    private static void requireSafe(String key, String value) {
        if (!UNIFIED_KEY.matcher(key).matches()) {
            throw RuntimeFault.invalidArgument(
                    "unified '%s' (value '%s') is not the name of a controller's file",
                    key, value.strip());
        }
    }
}
