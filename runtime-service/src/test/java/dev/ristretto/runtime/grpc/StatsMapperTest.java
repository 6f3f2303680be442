// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.cgroup.CgroupStats;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.stats.ContainerUsage;

import org.junit.jupiter.api.Test;

import runtime.v1.ContainerStats;
import runtime.v1.ContainerStatsFilter;
import runtime.v1.CpuUsage;
import runtime.v1.FilesystemUsage;
import runtime.v1.MemoryUsage;
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
        assertThat(stats.getMemory().getTimestamp()).isEqualTo(100_000_000_005L);
        assertThat(stats.getMemory().getUsageBytes().getValue()).isEqualTo(2);
        assertThat(stats.getMemory().getWorkingSetBytes().getValue()).isEqualTo(3);
        assertThat(stats.getMemory().getRssBytes().getValue()).isEqualTo(4);
        assertThat(stats.getMemory().getPageFaults().getValue()).isEqualTo(5);
        assertThat(stats.getMemory().getMajorPageFaults().getValue()).isEqualTo(6);
        assertThat(stats.getMemory().getAvailableBytes().getValue()).isEqualTo(997);
        assertThat(stats.getSwap().getTimestamp()).isEqualTo(100_000_000_005L);
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
    void noField_isOverlooked() {
        Fields.of(ContainerStats.getDescriptor())
                .tried("attributes", "cpu", "memory", "writable_layer", "swap")
                .leftOut("pressure is not read", "io")
                .areAll();
        Fields.of(CpuUsage.getDescriptor())
                .tried("timestamp", "usage_core_nano_seconds")
                .leftOut("clients compute it of two readings", "usage_nano_cores")
                .leftOut("pressure is not read", "psi")
                .areAll();
        Fields.of(MemoryUsage.getDescriptor())
                .tried("timestamp", "working_set_bytes", "available_bytes", "usage_bytes")
                .tried("rss_bytes", "page_faults", "major_page_faults")
                .leftOut("pressure is not read", "psi")
                .areAll();
        Fields.of(SwapUsage.getDescriptor())
                .tried("timestamp", "swap_usage_bytes")
                .leftOut("a limit of swap is not read", "swap_available_bytes")
                .areAll();
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
        var reading =
                new ContainerUsage.Reading(
                        READ_AT,
                        Optional.of(new CgroupStats(1, 2, 3, 4, 5, 6, limit, 7, 8)),
                        Optional.of(new ContainerUsage.Layer(MEASURED_AT, 8192, 3)));
        return StatsMapper.toProto(
                ContainerSamples.container(new ContainerState.Running(READ_AT, 1)),
                reading,
                Path.of("/var/lib/ristretto"));
    }

    private static runtime.v1.UInt64Value value(long value) {
        return runtime.v1.UInt64Value.newBuilder().setValue(value).build();
    }
}
