// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.cgroup.CgroupPressure;
import dev.ristretto.linux.cgroup.CgroupStats;
import dev.ristretto.linux.cgroup.Pressure;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.stats.CgroupReading;
import dev.ristretto.runtime.stats.ContainerUsage;
import dev.ristretto.runtime.stats.LayerSizes;

import org.junit.jupiter.api.Test;

import runtime.v1.ContainerStats;
import runtime.v1.ContainerStatsFilter;
import runtime.v1.CpuUsage;
import runtime.v1.FilesystemUsage;
import runtime.v1.IoUsage;
import runtime.v1.MemoryUsage;
import runtime.v1.PsiData;
import runtime.v1.PsiStats;
import runtime.v1.SwapUsage;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

class StatsMapperTest {
    private static final Instant READ_AT = Instant.ofEpochSecond(100, 5);
    private static final Instant MEASURED_AT = Instant.ofEpochSecond(90, 5);

    @Test
    void everyFigure_isToldWithTheTimeOfItsReading() {
        var stats = stats(OptionalLong.of(1000));

        assertThat(stats.getAttributes().getId()).isEqualTo(ContainerSamples.ID.value());
        assertThat(stats.getAttributes().getMetadata().getName()).isEqualTo("web");
        assertThat(stats.getAttributes().getMetadata().getAttempt()).isEqualTo(2);
        assertThat(stats.getAttributes().getLabelsMap()).isEqualTo(Map.of("role", "web"));
        assertThat(stats.getAttributes().getAnnotationsMap()).isEqualTo(Map.of("restarts", "0"));
        assertThat(stats.getCpu().getTimestamp()).isEqualTo(100_000_000_005L);
        assertThat(stats.getCpu().getUsageCoreNanoSeconds().getValue()).isEqualTo(1);
        assertThat(stats.getMemory().getTimestamp()).isEqualTo(95_000_000_005L);
        assertThat(stats.getMemory().getUsageBytes().getValue()).isEqualTo(2);
        assertThat(stats.getMemory().getWorkingSetBytes().getValue()).isEqualTo(3);
        assertThat(stats.getMemory().getRssBytes().getValue()).isEqualTo(4);
        assertThat(stats.getMemory().getPageFaults().getValue()).isEqualTo(5);
        assertThat(stats.getMemory().getMajorPageFaults().getValue()).isEqualTo(6);
        assertThat(stats.getMemory().getAvailableBytes().getValue()).isEqualTo(997);
        assertThat(stats.getSwap().getTimestamp()).isEqualTo(95_000_000_005L);
        assertThat(stats.getSwap().getSwapUsageBytes().getValue()).isEqualTo(7);
        assertThat(stats.getWritableLayer())
                .isEqualTo(
                        FilesystemUsage.newBuilder()
                                .setTimestamp(90_000_000_005L)
                                .setFsId(
                                        runtime.v1.FilesystemIdentifier.newBuilder()
                                                .setMountpoint("/var/lib/ristretto"))
                                .setUsedBytes(value(8192))
                                .setInodesUsed(value(3))
                                .build());
    }

    @Test
    void rateAndPressure_areToldWhereTheyAreKnown() {
        var stats = stats(OptionalLong.of(1000));

        assertThat(stats.getCpu().getUsageNanoCores().getValue()).isEqualTo(77);
        assertThat(stats.getCpu().getPsi().getSome().getAvg10()).isEqualTo(1);
        assertThat(stats.getMemory().getPsi().getSome().getAvg60()).isEqualTo(2);
        assertThat(stats.getIo().getPsi().getSome().getAvg300()).isEqualTo(3);
        assertThat(stats.getIo().getPsi().getFull().getTotal()).isEqualTo(5);
        assertThat(stats.getIo().getTimestamp()).isEqualTo(95_000_000_005L);
        assertThat(stats.getSwap().getSwapAvailableBytes().getValue()).isEqualTo(93);
    }

    @Test
    void noField_isOverlooked() {
        Fields.of(ContainerStats.getDescriptor())
                .tried("attributes", "cpu", "memory", "writable_layer", "swap", "io")
                .areAll();
        Fields.of(CpuUsage.getDescriptor())
                .tried("timestamp", "usage_core_nano_seconds", "usage_nano_cores", "psi")
                .areAll();
        Fields.of(MemoryUsage.getDescriptor())
                .tried("timestamp", "working_set_bytes", "available_bytes", "usage_bytes")
                .tried("rss_bytes", "page_faults", "major_page_faults", "psi")
                .areAll();
        Fields.of(SwapUsage.getDescriptor())
                .tried("timestamp", "swap_usage_bytes", "swap_available_bytes")
                .areAll();
        Fields.of(IoUsage.getDescriptor()).tried("timestamp", "psi").areAll();
        Fields.of(PsiStats.getDescriptor()).tried("Full", "Some").areAll();
        Fields.of(PsiData.getDescriptor()).tried("Total", "Avg10", "Avg60", "Avg300").areAll();
    }

    @Test
    void memoryWithoutALimit_hasNothingAvailable() {
        assertThat(stats(OptionalLong.empty()).getMemory().hasAvailableBytes()).isFalse();
    }

    @Test
    void memoryAboveItsLimit_leavesNothing() {
        assertThat(stats(OptionalLong.of(1)).getMemory().getAvailableBytes().getValue()).isZero();
    }

    @Test
    void containerThatDoesNotRun_usesNothing() {
        var stats =
                StatsMapper.toProto(
                        ContainerSamples.container(new ContainerState.Created()),
                        new ContainerUsage.Reading(READ_AT, Optional.empty(), Optional.empty()),
                        Path.of("/x"));

        assertThat(stats.getCpu().hasUsageCoreNanoSeconds()).isTrue();
        assertThat(stats.getCpu().getUsageCoreNanoSeconds().getValue()).isZero();
        assertThat(stats.getMemory().getWorkingSetBytes().getValue()).isZero();
        assertThat(stats.hasWritableLayer()).isFalse();
    }

    @Test
    void filter_isAnAndOfWhatItHas() {
        assertThat(matches(ContainerStatsFilter.newBuilder())).isTrue();
        assertThat(matches(ContainerStatsFilter.newBuilder().setId("cd"))).isTrue();
        assertThat(matches(ContainerStatsFilter.newBuilder().setId("d"))).isFalse();
        assertThat(matches(ContainerStatsFilter.newBuilder().setPodSandboxId("ab"))).isTrue();
        assertThat(matches(ContainerStatsFilter.newBuilder().setPodSandboxId("b"))).isFalse();
        assertThat(matches(ContainerStatsFilter.newBuilder().putLabelSelector("role", "web")))
                .isTrue();
        assertThat(matches(ContainerStatsFilter.newBuilder().putLabelSelector("role", "x")))
                .isFalse();
    }

    private static boolean matches(ContainerStatsFilter.Builder filter) {
        return StatsMapper.matches(
                ContainerSamples.container(new ContainerState.Created()), filter.build());
    }

    private static ContainerStats stats(OptionalLong limit) {
        var share = new Pressure.Share(1, 2, 3, 4);
        var pressure = Optional.of(new Pressure(share, new Pressure.Share(0, 0, 0, 5)));
        var used = new CgroupStats(9, 2, 3, 4, 5, 6, limit, 7, OptionalLong.of(100), 8);
        var reading =
                new ContainerUsage.Reading(
                        READ_AT,
                        Optional.of(
                                new CgroupReading(
                                        READ_AT,
                                        1,
                                        OptionalLong.of(77),
                                        READ_AT.minusSeconds(5),
                                        used,
                                        new CgroupPressure(pressure, pressure, pressure))),
                        Optional.of(new LayerSizes.Size(MEASURED_AT, 8192, 3)));
        return StatsMapper.toProto(
                ContainerSamples.container(new ContainerState.Running(READ_AT, 1)),
                reading,
                Path.of("/var/lib/ristretto"));
    }

    private static runtime.v1.UInt64Value value(long value) {
        return runtime.v1.UInt64Value.newBuilder().setValue(value).build();
    }
}
