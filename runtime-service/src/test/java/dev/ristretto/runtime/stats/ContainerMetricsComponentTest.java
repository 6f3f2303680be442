// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.cgroup.CgroupDetails;
import dev.ristretto.linux.cgroup.CgroupPressure;
import dev.ristretto.linux.cgroup.CgroupStats;
import dev.ristretto.linux.cgroup.Pressure;
import dev.ristretto.linux.syscall.FileSystemStatus;
import dev.ristretto.runtime.app.ShortTempDir;
import dev.ristretto.runtime.app.TestNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Every metric of a container, with its value. */
class ContainerMetricsComponentTest {
    private static final Instant AT = Instant.ofEpochSecond(2000);
    private static final Instant READ = Instant.ofEpochSecond(1990);
    private static final long SECOND = 1_000_000_000L;

    @TempDir(factory = ShortTempDir.class)
    private Path directory;

    private List<MetricSample> samples(CgroupPressure pressure) throws IOException {
        try (var node = new TestNode(directory)) {
            var container = node.container(node.create(node.runPod("p"), "c"));
            return ContainerMetrics.of(
                    List.of("c", "/cg", "img", "cid", "ns", "p"),
                    container,
                    Instant.ofEpochSecond(1000),
                    figures(pressure),
                    number -> "/dev/of-" + number);
        }
    }

    private static CgroupPressure pressure() {
        var pressure =
                Optional.of(
                        new Pressure(
                                new Pressure.Share(0, 0, 0, 8 * SECOND),
                                new Pressure.Share(0, 0, 0, 4 * SECOND)));
        return new CgroupPressure(pressure, pressure, pressure);
    }

    private static ContainerFigures figures(CgroupPressure pressure) {
        var stats =
                new CgroupStats(
                        0,
                        101,
                        102,
                        103,
                        104,
                        105,
                        OptionalLong.empty(),
                        106,
                        OptionalLong.empty(),
                        7);
        return new ContainerFigures(
                AT,
                new CgroupReading(
                        READ, 3 * SECOND + 1, OptionalLong.empty(), READ, stats, pressure),
                new CgroupDetails(
                        new CgroupDetails.Cpu(SECOND, 2 * SECOND, 11, 12, 5 * SECOND),
                        new CgroupDetails.Memory(
                                201, 202, 203, 204, 205, OptionalLong.of(206), 207, 208),
                        OptionalLong.of(99),
                        List.of(1, 2),
                        List.of(new CgroupDetails.HugePages("2MB", 301, OptionalLong.of(302))),
                        List.of(new CgroupDetails.DeviceIo(8, 16, 401, 402, 403, 404))),
                9,
                new ProcessFigures(21, 22, OptionalLong.of(1024)),
                Optional.of(new LayerSizes.Size(Instant.ofEpochSecond(1980), 501, 502)),
                Optional.of(new FileSystemStatus(0, 10, 60, 0, 0, 61, 62, 0)));
    }

    @Test
    void everyMetric_hasItsValue() throws IOException {
        var text =
                samples(pressure()).stream()
                        .map(
                                s ->
                                        "%s%s %d @%d"
                                                .formatted(
                                                        s.name(),
                                                        s.labels().subList(6, s.labels().size()),
                                                        s.value(),
                                                        s.at().getEpochSecond()))
                        .sorted()
                        .collect(Collectors.joining("\n"));

        assertThat(text)
                .isEqualTo(
                        """
                        BLKIO_DEVICE_USAGE_TOTAL[/dev/of-8:16, 8, 16, Read] 401 @2000
                        BLKIO_DEVICE_USAGE_TOTAL[/dev/of-8:16, 8, 16, Write] 402 @2000
                        CPU_CFS_PERIODS_TOTAL[] 11 @2000
                        CPU_CFS_THROTTLED_PERIODS_TOTAL[] 12 @2000
                        CPU_CFS_THROTTLED_SECONDS_TOTAL[] 5 @2000
                        CPU_SYSTEM_SECONDS_TOTAL[] 2 @2000
                        CPU_USAGE_SECONDS_TOTAL[total] 3 @1990
                        CPU_USER_SECONDS_TOTAL[] 1 @2000
                        FILE_DESCRIPTORS[] 21 @2000
                        FS_INODES_FREE[] 62 @2000
                        FS_INODES_TOTAL[] 61 @2000
                        FS_LIMIT_BYTES[] 600 @2000
                        FS_READS_BYTES_TOTAL[/dev/of-8:16] 401 @2000
                        FS_READS_TOTAL[/dev/of-8:16] 403 @2000
                        FS_USAGE_BYTES[] 501 @1980
                        FS_WRITES_BYTES_TOTAL[/dev/of-8:16] 402 @2000
                        FS_WRITES_TOTAL[/dev/of-8:16] 404 @2000
                        HUGETLB_MAX_USAGE_BYTES[2MB] 302 @2000
                        HUGETLB_USAGE_BYTES[2MB] 301 @2000
                        LAST_SEEN[] 2000 @2000
                        MEMORY_CACHE[] 201 @2000
                        MEMORY_FAILCNT[] 205 @2000
                        MEMORY_FAILURES_TOTAL[pgfault, container] 207 @2000
                        MEMORY_FAILURES_TOTAL[pgfault, hierarchy] 104 @2000
                        MEMORY_FAILURES_TOTAL[pgmajfault, container] 208 @2000
                        MEMORY_FAILURES_TOTAL[pgmajfault, hierarchy] 105 @2000
                        MEMORY_KERNEL_USAGE[] 203 @2000
                        MEMORY_MAPPED_FILE[] 202 @2000
                        MEMORY_MAX_USAGE_BYTES[] 204 @2000
                        MEMORY_RSS[] 103 @1990
                        MEMORY_SWAP[] 106 @1990
                        MEMORY_USAGE_BYTES[] 101 @1990
                        MEMORY_WORKING_SET_BYTES[] 102 @1990
                        OOM_EVENTS_TOTAL[] 9 @2000
                        PRESSURE_CPU_STALLED_SECONDS_TOTAL[] 4 @1990
                        PRESSURE_CPU_WAITING_SECONDS_TOTAL[] 8 @1990
                        PRESSURE_IO_STALLED_SECONDS_TOTAL[] 4 @1990
                        PRESSURE_IO_WAITING_SECONDS_TOTAL[] 8 @1990
                        PRESSURE_MEMORY_STALLED_SECONDS_TOTAL[] 4 @1990
                        PRESSURE_MEMORY_WAITING_SECONDS_TOTAL[] 8 @1990
                        PROCESSES[] 2 @2000
                        SOCKETS[] 22 @2000
                        SPEC_CPU_PERIOD[] 100000 @2000
                        SPEC_CPU_SHARES[] 1024 @2000
                        SPEC_MEMORY_LIMIT_BYTES[] 67108864 @2000
                        SPEC_MEMORY_RESERVATION_LIMIT_BYTES[] 206 @2000
                        SPEC_MEMORY_SWAP_LIMIT_BYTES[] 0 @2000
                        START_TIME_SECONDS[] 1000 @2000
                        THREADS[] 7 @1990
                        THREADS_MAX[] 99 @2000
                        ULIMITS_SOFT[max_open_files] 1024 @2000"""
                                .stripIndent());
    }

    @Test
    void everyName_isUsed() throws IOException {
        var used = samples(pressure()).stream().map(MetricSample::name).collect(Collectors.toSet());

        assertThat(
                        Arrays.stream(MetricName.values())
                                .filter(name -> !used.contains(name))
                                .filter(name -> !name.name().startsWith("NETWORK_")))
                .containsExactly(MetricName.SPEC_CPU_QUOTA); // only where there is one
    }

    @Test
    void pressureThatIsNotAccounted_isLeftOut() throws IOException {
        assertThat(samples(CgroupPressure.none()))
                .noneMatch(sample -> sample.name().name().startsWith("PRESSURE_"));
    }
}
