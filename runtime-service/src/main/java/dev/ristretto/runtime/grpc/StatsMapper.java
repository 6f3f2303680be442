// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.linux.cgroup.CgroupStats;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.stats.ContainerUsage;

import runtime.v1.ContainerAttributes;
import runtime.v1.ContainerStats;
import runtime.v1.ContainerStatsFilter;
import runtime.v1.CpuUsage;
import runtime.v1.FilesystemIdentifier;
import runtime.v1.FilesystemUsage;
import runtime.v1.MemoryUsage;
import runtime.v1.SwapUsage;
import runtime.v1.UInt64Value;

import java.nio.file.Path;
import java.util.OptionalLong;

/** What containers use, to protocol buffers. One that does not run has zeroes. */
final class StatsMapper {
    private static final CgroupStats NOTHING =
            new CgroupStats(0, 0, 0, 0, 0, 0, OptionalLong.empty(), 0, 0);

    private StatsMapper() {}

    static ContainerStats toProto(
            Container container, ContainerUsage.Reading reading, Path stateDir) {
        var config = container.config();
        long at = Times.nanos(reading.readAt());
        var usage = reading.cgroup().orElse(NOTHING);
        var stats =
                ContainerStats.newBuilder()
                        .setAttributes(
                                ContainerAttributes.newBuilder()
                                        .setId(container.id().value())
                                        .setMetadata(
                                                ContainerStatusMapper.toProto(config.metadata()))
                                        .putAllLabels(config.labels())
                                        .putAllAnnotations(config.annotations()))
                        .setCpu(
                                CpuUsage.newBuilder()
                                        .setTimestamp(at)
                                        .setUsageCoreNanoSeconds(value(usage.cpuUsageNanos())))
                        .setMemory(memory(usage, at))
                        .setSwap(
                                SwapUsage.newBuilder()
                                        .setTimestamp(at)
                                        .setSwapUsageBytes(value(usage.swapUsageBytes())));
        reading.layer()
                .ifPresent(
                        layer ->
                                stats.setWritableLayer(
                                        FilesystemUsage.newBuilder()
                                                .setTimestamp(Times.nanos(layer.measuredAt()))
                                                .setFsId(
                                                        FilesystemIdentifier.newBuilder()
                                                                .setMountpoint(stateDir.toString()))
                                                .setUsedBytes(value(layer.bytes()))
                                                .setInodesUsed(value(layer.inodes()))));
        return stats.build();
    }

    static boolean matches(Container container, ContainerStatsFilter filter) {
        return container.id().value().startsWith(filter.getId())
                && container.podSandboxId().value().startsWith(filter.getPodSandboxId())
                && SandboxMapper.hasLabels(
                        container.config().labels(), filter.getLabelSelectorMap());
    }

    private static MemoryUsage memory(CgroupStats usage, long at) {
        var memory =
                MemoryUsage.newBuilder()
                        .setTimestamp(at)
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
        return memory.build();
    }

    private static UInt64Value value(long value) {
        return UInt64Value.newBuilder().setValue(value).build();
    }
}
