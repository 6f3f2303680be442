// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what a cgroup uses. The same figures have other names in v1 and v2. */
final class StatFiles {
    private static final long NANOS_PER_MICRO = 1000;

    private StatFiles() {}

    static OptionalLong v2CpuUsage(CgroupDirectory cgroup) throws CgroupException {
        var micros = cgroup.keyed("cpu.stat").get("usage_usec");
        return micros == null ? OptionalLong.empty() : OptionalLong.of(micros * NANOS_PER_MICRO);
    }

    static CgroupStats v2(CgroupDirectory cgroup) throws CgroupException {
        var memory = cgroup.keyed("memory.stat");
        long usage = cgroup.number("memory.current").orElse(0);
        return new CgroupStats(
                of(cgroup.keyed("cpu.stat"), "usage_usec") * NANOS_PER_MICRO,
                usage,
                workingSet(usage, of(memory, "inactive_file")),
                of(memory, "anon"),
                of(memory, "pgfault"),
                of(memory, "pgmajfault"),
                limit(cgroup.number("memory.max")),
                cgroup.number("memory.swap.current").orElse(0),
                limit(cgroup.number("memory.swap.max")),
                cgroup.number("pids.current").orElse(0));
    }

    /** v1 counts this cgroup alone; its figures named {@code total_} include those below. */
    static CgroupStats v1(
            Optional<CgroupDirectory> cpuacct,
            Optional<CgroupDirectory> memory,
            Optional<CgroupDirectory> pids)
            throws CgroupException {
        var stat = memory.isPresent() ? memory.get().keyed("memory.stat") : Map.<String, Long>of();
        long usage = number(memory, "memory.usage_in_bytes").orElse(0);
        return new CgroupStats(
                number(cpuacct, "cpuacct.usage").orElse(0),
                usage,
                workingSet(usage, of(stat, "total_inactive_file")),
                of(stat, "total_rss"),
                of(stat, "total_pgfault"),
                of(stat, "total_pgmajfault"),
                limit(number(memory, "memory.limit_in_bytes")),
                of(stat, "total_swap"),
                v1SwapLimit(stat),
                number(pids, "pids.current").orElse(0));
    }

    /** v1 limits memory and swap together; without swap accounting there is no such line. */
    private static OptionalLong v1SwapLimit(Map<String, Long> stat) {
        long memory = of(stat, "hierarchical_memory_limit");
        long both = of(stat, "hierarchical_memsw_limit");
        return both == 0 || both == CgroupDirectory.UNLIMITED || memory == CgroupDirectory.UNLIMITED
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, both - memory));
    }

    private static long workingSet(long usage, long inactiveFile) {
        return Math.max(0, usage - inactiveFile);
    }

    private static OptionalLong limit(OptionalLong limit) {
        return limit.orElse(CgroupDirectory.UNLIMITED) == CgroupDirectory.UNLIMITED
                ? OptionalLong.empty()
                : limit;
    }

    private static long of(Map<String, Long> values, String key) {
        return values.getOrDefault(key, 0L);
    }

    private static OptionalLong number(Optional<CgroupDirectory> cgroup, String file)
            throws CgroupException {
        return cgroup.isPresent() ? cgroup.get().number(file) : OptionalLong.empty();
    }
}
