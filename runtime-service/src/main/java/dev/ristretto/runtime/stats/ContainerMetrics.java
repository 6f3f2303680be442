// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import dev.ristretto.linux.cgroup.Pressure;
import dev.ristretto.runtime.container.Container;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Turns what was read of a running container into metrics. Pure. */
final class ContainerMetrics {
    /** What the kernel has where nothing was asked for. */
    private static final long DEFAULT_CPU_SHARES = 1024;

    private static final long DEFAULT_CPU_PERIOD_MICROS = 100_000;

    private final Samples samples;
    private final ContainerFigures figures;
    private final Instant at;

    private ContainerMetrics(List<String> base, ContainerFigures figures) {
        this.samples = new Samples(base);
        this.figures = figures;
        this.at = figures.at();
    }

    /**
     * The metrics of a container.
     *
     * @param base its first labels
     * @param startedAt when it was started
     * @param deviceNames names a block device that is given as {@code major:minor}
     */
    static List<MetricSample> of(
            List<String> base,
            Container container,
            Instant startedAt,
            ContainerFigures figures,
            UnaryOperator<String> deviceNames) {
        var metrics = new ContainerMetrics(base, figures);
        metrics.cpu();
        metrics.memory();
        metrics.pressure();
        metrics.disk();
        metrics.blockDevices(deviceNames);
        metrics.processes();
        metrics.spec(container, startedAt);
        return metrics.samples.list();
    }

    private void cpu() {
        var cpu = figures.details().cpu();
        var usage = figures.usage();
        samples.addSeconds(
                MetricName.CPU_USAGE_SECONDS_TOTAL, usage.cpuAt(), usage.cpuUsageNanos(), "total");
        samples.addSeconds(MetricName.CPU_USER_SECONDS_TOTAL, at, cpu.userNanos());
        samples.addSeconds(MetricName.CPU_SYSTEM_SECONDS_TOTAL, at, cpu.systemNanos());
        samples.add(MetricName.CPU_CFS_PERIODS_TOTAL, at, cpu.periods());
        samples.add(MetricName.CPU_CFS_THROTTLED_PERIODS_TOTAL, at, cpu.throttledPeriods());
        samples.addSeconds(MetricName.CPU_CFS_THROTTLED_SECONDS_TOTAL, at, cpu.throttledNanos());
    }

    private void memory() {
        var stats = figures.usage().stats();
        var readAt = figures.usage().at();
        samples.add(MetricName.MEMORY_USAGE_BYTES, readAt, stats.memoryUsageBytes());
        samples.add(MetricName.MEMORY_WORKING_SET_BYTES, readAt, stats.workingSetBytes());
        samples.add(MetricName.MEMORY_RSS, readAt, stats.rssBytes());
        samples.add(MetricName.MEMORY_SWAP, readAt, stats.swapUsageBytes());
        var memory = figures.details().memory();
        samples.add(MetricName.MEMORY_CACHE, at, memory.cacheBytes());
        samples.add(MetricName.MEMORY_MAPPED_FILE, at, memory.mappedFileBytes());
        samples.add(MetricName.MEMORY_KERNEL_USAGE, at, memory.kernelBytes());
        samples.add(MetricName.MEMORY_MAX_USAGE_BYTES, at, memory.maxUsageBytes());
        samples.add(MetricName.MEMORY_FAILCNT, at, memory.limitHits());
        faults("pgfault", "container", memory.ownPageFaults());
        faults("pgmajfault", "container", memory.ownMajorPageFaults());
        faults("pgfault", "hierarchy", stats.pageFaults());
        faults("pgmajfault", "hierarchy", stats.majorPageFaults());
        samples.add(MetricName.OOM_EVENTS_TOTAL, at, figures.oomKills());
        for (var pages : figures.details().hugePages()) {
            samples.add(MetricName.HUGETLB_USAGE_BYTES, at, pages.usageBytes(), pages.pageSize());
            pages.maxUsageBytes()
                    .ifPresent(
                            max ->
                                    samples.add(
                                            MetricName.HUGETLB_MAX_USAGE_BYTES,
                                            at,
                                            max,
                                            pages.pageSize()));
        }
    }

    private void faults(String type, String scope, long count) {
        samples.add(MetricName.MEMORY_FAILURES_TOTAL, at, count, type, scope);
    }

    private void pressure() {
        var pressure = figures.usage().pressure();
        pressure(
                pressure.cpu(),
                MetricName.PRESSURE_CPU_WAITING_SECONDS_TOTAL,
                MetricName.PRESSURE_CPU_STALLED_SECONDS_TOTAL);
        pressure(
                pressure.memory(),
                MetricName.PRESSURE_MEMORY_WAITING_SECONDS_TOTAL,
                MetricName.PRESSURE_MEMORY_STALLED_SECONDS_TOTAL);
        pressure(
                pressure.io(),
                MetricName.PRESSURE_IO_WAITING_SECONDS_TOTAL,
                MetricName.PRESSURE_IO_STALLED_SECONDS_TOTAL);
    }

    private void pressure(Optional<Pressure> pressure, MetricName waiting, MetricName stalled) {
        var readAt = figures.usage().at();
        pressure.ifPresent(
                p -> {
                    samples.addSeconds(waiting, readAt, p.some().totalNanos());
                    samples.addSeconds(stalled, readAt, p.full().totalNanos());
                });
    }

    private void disk() {
        figures.layer()
                .ifPresent(
                        size ->
                                samples.add(
                                        MetricName.FS_USAGE_BYTES,
                                        size.measuredAt(),
                                        size.bytes()));
        figures.fileSystem()
                .ifPresent(
                        status -> {
                            samples.add(
                                    MetricName.FS_LIMIT_BYTES,
                                    at,
                                    status.blocks() * status.blockSize());
                            samples.add(MetricName.FS_INODES_TOTAL, at, status.inodes());
                            samples.add(MetricName.FS_INODES_FREE, at, status.inodesFree());
                        });
    }

    private void blockDevices(UnaryOperator<String> deviceNames) {
        for (var io : figures.details().io()) {
            var major = Integer.toString(io.major());
            var minor = Integer.toString(io.minor());
            var device = deviceNames.apply(major + ":" + minor);
            samples.add(MetricName.FS_READS_BYTES_TOTAL, at, io.readBytes(), device);
            samples.add(MetricName.FS_READS_TOTAL, at, io.reads(), device);
            samples.add(MetricName.FS_WRITES_BYTES_TOTAL, at, io.writeBytes(), device);
            samples.add(MetricName.FS_WRITES_TOTAL, at, io.writes(), device);
            var name = MetricName.BLKIO_DEVICE_USAGE_TOTAL;
            samples.add(name, at, io.readBytes(), device, major, minor, "Read");
            samples.add(name, at, io.writeBytes(), device, major, minor, "Write");
        }
    }

    private void processes() {
        var processes = figures.processes();
        samples.add(MetricName.PROCESSES, at, figures.details().processes().size());
        samples.add(MetricName.THREADS, figures.usage().at(), figures.usage().stats().pids());
        samples.addLimit(MetricName.THREADS_MAX, at, figures.details().tasksMax());
        samples.add(MetricName.FILE_DESCRIPTORS, at, processes.fileDescriptors());
        samples.add(MetricName.SOCKETS, at, processes.sockets());
        processes
                .openFilesLimit()
                .ifPresent(
                        limit -> samples.add(MetricName.ULIMITS_SOFT, at, limit, "max_open_files"));
    }

    private void spec(Container container, Instant startedAt) {
        var limits = container.limits();
        samples.add(
                MetricName.SPEC_CPU_PERIOD,
                at,
                limits.cpuPeriodMicros().orElse(DEFAULT_CPU_PERIOD_MICROS));
        samples.add(MetricName.SPEC_CPU_SHARES, at, limits.cpuShares().orElse(DEFAULT_CPU_SHARES));
        if (limits.cpuQuotaMicros().orElse(0) > 0) {
            samples.add(MetricName.SPEC_CPU_QUOTA, at, limits.cpuQuotaMicros().getAsLong());
        }
        samples.addLimit(MetricName.SPEC_MEMORY_LIMIT_BYTES, at, limits.memoryLimitBytes());
        samples.addLimit(
                MetricName.SPEC_MEMORY_SWAP_LIMIT_BYTES, at, limits.memorySwapLimitBytes());
        samples.addLimit(
                MetricName.SPEC_MEMORY_RESERVATION_LIMIT_BYTES,
                at,
                figures.details().memory().reservationBytes());
        samples.add(MetricName.START_TIME_SECONDS, at, startedAt.getEpochSecond());
        samples.add(MetricName.LAST_SEEN, at, at.getEpochSecond());
    }
}
