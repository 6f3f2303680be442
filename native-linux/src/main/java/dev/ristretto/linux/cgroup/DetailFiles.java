// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import dev.ristretto.linux.cgroup.CgroupDetails.Cpu;
import dev.ristretto.linux.cgroup.CgroupDetails.HugePages;
import dev.ristretto.linux.cgroup.CgroupDetails.Memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Reads {@link CgroupDetails} and pressure. */
final class DetailFiles {
    private static final long NANOS_PER_MICRO = 1000;

    private DetailFiles() {}

    /** Where there is none, the kernel was built or booted without it. */
    static CgroupPressure pressure(CgroupDirectory cgroup) {
        return new CgroupPressure(
                pressure(cgroup, "cpu.pressure"),
                pressure(cgroup, "memory.pressure"),
                pressure(cgroup, "io.pressure"));
    }

    private static Optional<Pressure> pressure(CgroupDirectory cgroup, String file) {
        try {
            return cgroup.text(file).flatMap(Pressure::parse);
        } catch (CgroupException e) {
            // EOPNOTSUPP: the file is there, and pressure is off (psi=0, cgroup.pressure).
            return Optional.empty();
        }
    }

    static CgroupDetails v2(CgroupDirectory cgroup) throws CgroupException {
        var cpu = cgroup.keyed("cpu.stat");
        var memory = cgroup.keyed("memory.stat");
        long faults = of(memory, "pgfault");
        long majorFaults = of(memory, "pgmajfault");
        return new CgroupDetails(
                new Cpu(
                        of(cpu, "user_usec") * NANOS_PER_MICRO,
                        of(cpu, "system_usec") * NANOS_PER_MICRO,
                        of(cpu, "nr_periods"),
                        of(cpu, "nr_throttled"),
                        of(cpu, "throttled_usec") * NANOS_PER_MICRO),
                new Memory(
                        of(memory, "file"),
                        of(memory, "file_mapped"),
                        of(memory, "kernel"),
                        cgroup.number("memory.peak").orElse(0),
                        of(cgroup.keyed("memory.events"), "max"),
                        positive(cgroup.number("memory.low")),
                        faults,
                        majorFaults),
                limit(cgroup.number("pids.max")),
                List.copyOf(CgroupTree.processes(cgroup)),
                v2HugePages(cgroup),
                IoFiles.v2(cgroup.text("io.stat").orElse("")));
    }

    /**
     * On v1.
     *
     * @param controller the directory in the hierarchy of a controller
     */
    static CgroupDetails v1(Function<String, Optional<CgroupDirectory>> controller)
            throws CgroupException {
        var blkio = controller.apply("blkio");
        var pids = controller.apply("pids");
        var tasks = pids.or(() -> controller.apply("cpuacct"));
        return new CgroupDetails(
                v1Cpu(controller.apply("cpuacct"), keyed(controller.apply("cpu"), "cpu.stat")),
                v1Memory(controller.apply("memory")),
                limit(number(pids, "pids.max")),
                tasks.isPresent() ? List.copyOf(CgroupTree.processes(tasks.get())) : List.of(),
                v1HugePages(controller.apply("hugetlb")),
                IoFiles.v1(
                        text(blkio, "blkio.throttle.io_service_bytes_recursive"),
                        text(blkio, "blkio.throttle.io_serviced_recursive")));
    }

    private static Cpu v1Cpu(Optional<CgroupDirectory> cpuacct, Map<String, Long> stat)
            throws CgroupException {
        return new Cpu(
                number(cpuacct, "cpuacct.usage_user").orElse(0),
                number(cpuacct, "cpuacct.usage_sys").orElse(0),
                of(stat, "nr_periods"),
                of(stat, "nr_throttled"),
                of(stat, "throttled_time"));
    }

    private static Memory v1Memory(Optional<CgroupDirectory> memory) throws CgroupException {
        var stat = keyed(memory, "memory.stat");
        return new Memory(
                of(stat, "total_cache"),
                of(stat, "total_mapped_file"),
                number(memory, "memory.kmem.usage_in_bytes").orElse(0),
                number(memory, "memory.max_usage_in_bytes").orElse(0),
                number(memory, "memory.failcnt").orElse(0),
                limit(number(memory, "memory.soft_limit_in_bytes")),
                of(stat, "pgfault"),
                of(stat, "pgmajfault"));
    }

    private static List<HugePages> v1HugePages(Optional<CgroupDirectory> hugetlb)
            throws CgroupException {
        var pages = new ArrayList<HugePages>();
        if (hugetlb.isPresent() && hugetlb.get().exists()) {
            for (var size : pageSizes(hugetlb.get(), ".usage_in_bytes")) {
                var prefix = "hugetlb." + size;
                pages.add(
                        new HugePages(
                                size,
                                number(hugetlb, prefix + ".usage_in_bytes").orElse(0),
                                number(hugetlb, prefix + ".max_usage_in_bytes")));
            }
        }
        return pages;
    }

    private static List<HugePages> v2HugePages(CgroupDirectory cgroup) throws CgroupException {
        var pages = new ArrayList<HugePages>();
        for (var size : pageSizes(cgroup, ".current")) {
            pages.add(
                    new HugePages(
                            size,
                            cgroup.number("hugetlb." + size + ".current").orElse(0),
                            OptionalLong.empty()));
        }
        return pages;
    }

    /** {@code hugetlb.2MB.rsvd.current} is another figure: what is reserved, not used. */
    private static List<String> pageSizes(CgroupDirectory cgroup, String suffix)
            throws CgroupException {
        return cgroup.files().stream()
                .filter(file -> file.startsWith("hugetlb.") && file.endsWith(suffix))
                .map(file -> file.substring("hugetlb.".length(), file.length() - suffix.length()))
                .filter(size -> size.indexOf('.') < 0)
                .toList();
    }

    private static OptionalLong limit(OptionalLong limit) {
        return limit.orElse(CgroupDirectory.UNLIMITED) == CgroupDirectory.UNLIMITED
                ? OptionalLong.empty()
                : limit;
    }

    private static OptionalLong positive(OptionalLong number) {
        return number.orElse(0) > 0 ? number : OptionalLong.empty();
    }

    private static long of(Map<String, Long> values, String key) {
        return values.getOrDefault(key, 0L);
    }

    private static Map<String, Long> keyed(Optional<CgroupDirectory> cgroup, String file)
            throws CgroupException {
        return cgroup.isPresent() ? cgroup.get().keyed(file) : Map.of();
    }

    private static String text(Optional<CgroupDirectory> cgroup, String file)
            throws CgroupException {
        return cgroup.isPresent() ? cgroup.get().text(file).orElse("") : "";
    }

    private static OptionalLong number(Optional<CgroupDirectory> cgroup, String file)
            throws CgroupException {
        return cgroup.isPresent() ? cgroup.get().number(file) : OptionalLong.empty();
    }
}
