// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.linux.cgroup.CgroupPressure;
import dev.ristretto.linux.cgroup.CgroupStats;
import dev.ristretto.linux.cgroup.Pressure;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.stats.CgroupReading;
import dev.ristretto.runtime.stats.ContainerUsage;
import dev.ristretto.runtime.stats.LayerSizes;

import runtime.v1.ContainerAttributes;
import runtime.v1.ContainerStats;
import runtime.v1.ContainerStatsFilter;
import runtime.v1.CpuUsage;
import runtime.v1.FilesystemIdentifier;
import runtime.v1.FilesystemUsage;
import runtime.v1.IoUsage;
import runtime.v1.MemoryUsage;
import runtime.v1.PsiData;
import runtime.v1.PsiStats;
import runtime.v1.SwapUsage;
import runtime.v1.UInt64Value;

import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;

/** What containers use, to protocol buffers. One that does not run has zeroes. */
final class StatsMapper {
    private static final CgroupStats NOTHING =
            new CgroupStats(0, 0, 0, 0, 0, 0, OptionalLong.empty(), 0, OptionalLong.empty(), 0);

    private StatsMapper() {}

    static ContainerStats toProto(
            Container container, ContainerUsage.Reading reading, Path stateDir) {
        var config = container.config();
        var usage = reading.cgroup().orElseGet(() -> nothing(reading.at()));
        var stats =
                ContainerStats.newBuilder()
                        .setAttributes(
                                ContainerAttributes.newBuilder()
                                        .setId(container.id().value())
                                        .setMetadata(
                                                ContainerStatusMapper.toProto(config.metadata()))
                                        .putAllLabels(config.labels())
                                        .putAllAnnotations(config.annotations()))
                        .setCpu(cpu(usage))
                        .setMemory(memory(usage))
                        .setSwap(swap(usage))
                        .setIo(io(usage));
        reading.layer().ifPresent(size -> stats.setWritableLayer(layer(size, stateDir)));
        return stats.build();
    }

    static boolean matches(Container container, ContainerStatsFilter filter) {
        return container.id().value().startsWith(filter.getId())
                && container.podSandboxId().value().startsWith(filter.getPodSandboxId())
                && SandboxMapper.hasLabels(
                        container.config().labels(), filter.getLabelSelectorMap());
    }

    /** Of what does not run. */
    static CgroupReading nothing(Instant at) {
        return new CgroupReading(at, 0, OptionalLong.empty(), at, NOTHING, CgroupPressure.none());
    }

    static CpuUsage cpu(CgroupReading usage) {
        var cpu =
                CpuUsage.newBuilder()
                        .setTimestamp(Times.nanos(usage.cpuAt()))
                        .setUsageCoreNanoSeconds(value(usage.cpuUsageNanos()));
        usage.usageNanoCores().ifPresent(rate -> cpu.setUsageNanoCores(value(rate)));
        usage.pressure().cpu().ifPresent(pressure -> cpu.setPsi(psi(pressure)));
        return cpu.build();
    }

    static MemoryUsage memory(CgroupReading reading) {
        var usage = reading.stats();
        var memory =
                MemoryUsage.newBuilder()
                        .setTimestamp(Times.nanos(reading.at()))
                        .setWorkingSetBytes(value(usage.workingSetBytes()))
                        .setUsageBytes(value(usage.memoryUsageBytes()))
                        .setRssBytes(value(usage.rssBytes()))
                        .setPageFaults(value(usage.pageFaults()))
                        .setMajorPageFaults(value(usage.majorPageFaults()));
        usage.memoryLimitBytes()
                .ifPresent(
                        limit ->
                                memory.setAvailableBytes(
                                        value(Math.max(0, limit - usage.workingSetBytes()))));
        reading.pressure().memory().ifPresent(pressure -> memory.setPsi(psi(pressure)));
        return memory.build();
    }

    static IoUsage io(CgroupReading reading) {
        var io = IoUsage.newBuilder().setTimestamp(Times.nanos(reading.at()));
        reading.pressure().io().ifPresent(pressure -> io.setPsi(psi(pressure)));
        return io.build();
    }

    private static SwapUsage swap(CgroupReading reading) {
        long used = reading.stats().swapUsageBytes();
        var swap =
                SwapUsage.newBuilder()
                        .setTimestamp(Times.nanos(reading.at()))
                        .setSwapUsageBytes(value(used));
        reading.stats()
                .swapLimitBytes()
                .ifPresent(limit -> swap.setSwapAvailableBytes(value(Math.max(0, limit - used))));
        return swap.build();
    }

    private static FilesystemUsage layer(LayerSizes.Size size, Path stateDir) {
        return FilesystemUsage.newBuilder()
                .setTimestamp(Times.nanos(size.measuredAt()))
                .setFsId(FilesystemIdentifier.newBuilder().setMountpoint(stateDir.toString()))
                .setUsedBytes(value(size.bytes()))
                .setInodesUsed(value(size.inodes()))
                .build();
    }

    private static PsiStats psi(Pressure pressure) {
        return PsiStats.newBuilder()
                .setSome(psi(pressure.some()))
                .setFull(psi(pressure.full()))
                .build();
    }

    private static PsiData psi(Pressure.Share share) {
        return PsiData.newBuilder()
                .setTotal(share.totalNanos())
                .setAvg10(share.avg10())
                .setAvg60(share.avg60())
                .setAvg300(share.avg300())
                .build();
    }

    static UInt64Value value(long value) {
        return UInt64Value.newBuilder().setValue(value).build();
    }
}
