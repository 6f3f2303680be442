// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.linux.cgroup.CgroupLimits;
import dev.ristretto.runtime.app.Refusal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import runtime.v1.HugepageLimit;
import runtime.v1.LinuxContainerResources;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

class ResourcesMapperTest {
    private static LinuxContainerResources full() {
        return LinuxContainerResources.newBuilder()
                .setCpuPeriod(1)
                .setCpuQuota(2)
                .setCpuShares(3)
                .setMemoryLimitInBytes(4)
                .setOomScoreAdj(5)
                .setCpusetCpus("0-3")
                .setCpusetMems("0")
                .addHugepageLimits(HugepageLimit.newBuilder().setPageSize("2MB").setLimit(6))
                .addHugepageLimits(HugepageLimit.newBuilder().setPageSize("1GB"))
                .putUnified("memory.high", "max")
                .setMemorySwapLimitInBytes(7)
                .build();
    }

    private static final CgroupLimits FULL =
            new CgroupLimits(
                    OptionalLong.of(3),
                    OptionalLong.of(2),
                    OptionalLong.of(1),
                    Optional.of("0-3"),
                    Optional.of("0"),
                    OptionalLong.of(4),
                    OptionalLong.of(7),
                    OptionalLong.empty(),
                    Map.of("2MB", 6L, "1GB", 0L),
                    Map.of("memory.high", "max"));

    @Test
    void everyField_isTaken() {
        assertThat(ResourcesMapper.fromProto(full())).isEqualTo(FULL);
        assertThat(ResourcesMapper.oomScoreAdj(full())).isEqualTo(5);
    }

    @Test
    void noField_isOverlooked() {
        Fields.of(LinuxContainerResources.getDescriptor())
                .tried("cpu_period", "cpu_quota", "cpu_shares", "memory_limit_in_bytes")
                .tried("oom_score_adj", "cpuset_cpus", "cpuset_mems", "hugepage_limits")
                .tried("unified", "memory_swap_limit_in_bytes")
                .areAll();
    }

    @Test
    void zero_leavesEverythingUnset() {
        var nothing = LinuxContainerResources.getDefaultInstance();

        assertThat(ResourcesMapper.fromProto(nothing)).isEqualTo(CgroupLimits.none());
        assertThat(ResourcesMapper.oomScoreAdj(nothing)).isZero();
    }

    @Test
    void minusOne_meansNoLimit() {
        var limits =
                ResourcesMapper.fromProto(
                        LinuxContainerResources.newBuilder()
                                .setCpuQuota(-1)
                                .setMemoryLimitInBytes(-1)
                                .setMemorySwapLimitInBytes(-1)
                                .build());

        assertThat(limits.cpuQuotaMicros()).hasValue(-1);
        assertThat(limits.memoryLimitBytes()).hasValue(-1);
        assertThat(limits.memorySwapLimitBytes()).hasValue(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "cpu_shares, -1, 0 leaves it unset",
        "cpu_period, -5, 0 leaves it unset",
        "cpu_quota, -2, '-1 means no limit, 0 leaves it unset'",
        "memory_limit_in_bytes, -2, '-1 means no limit, 0 leaves it unset'",
        "memory_swap_limit_in_bytes, -9, '-1 means no limit, 0 leaves it unset'",
    })
    void negativeValue_isRefusedByItsField(String field, long value, String hint) {
        var descriptor = LinuxContainerResources.getDescriptor().findFieldByName(field);
        var resources = LinuxContainerResources.newBuilder().setField(descriptor, value).build();

        assertThat(Refusal.of(() -> ResourcesMapper.fromProto(resources)))
                .isEqualTo(
                        new Refusal(
                                FaultKind.INVALID_ARGUMENT,
                                "linux.resources.%s %d is negative; %s"
                                        .formatted(field, value, hint)));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1001, 1001, Long.MIN_VALUE, Long.MAX_VALUE})
    void oomScoreAdjOutOfRange_isRefused(long value) {
        var resources = LinuxContainerResources.newBuilder().setOomScoreAdj(value).build();

        assertThat(Refusal.of(() -> ResourcesMapper.oomScoreAdj(resources)))
                .isEqualTo(
                        new Refusal(
                                FaultKind.INVALID_ARGUMENT,
                                "linux.resources.oom_score_adj %d is not within -1000 to 1000"
                                        .formatted(value)));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1000, 1000})
    void oomScoreAdjAtTheEdge_isTaken(long value) {
        var resources = LinuxContainerResources.newBuilder().setOomScoreAdj(value).build();

        assertThat(ResourcesMapper.oomScoreAdj(resources)).isEqualTo((int) value);
    }

    @Test
    void hugepagesBeyondWhatASignedNumberHolds_areRefused() {
        var resources =
                LinuxContainerResources.newBuilder()
                        .addHugepageLimits(
                                HugepageLimit.newBuilder().setPageSize("2MB").setLimit(-1))
                        .build();

        assertThat(Refusal.of(() -> ResourcesMapper.fromProto(resources)))
                .isEqualTo(
                        new Refusal(
                                FaultKind.INVALID_ARGUMENT,
                                "linux.resources.hugepage_limits[2MB] is above 2^63"));
    }

    @Test
    void status_tellsWhatWasAskedFor() {
        var answered = ResourcesMapper.toProto(FULL, 5);

        assertThat(ResourcesMapper.fromProto(answered)).isEqualTo(FULL);
        assertThat(ResourcesMapper.oomScoreAdj(answered)).isEqualTo(5);
        assertThat(ResourcesMapper.toProto(CgroupLimits.none(), 0))
                .isEqualTo(LinuxContainerResources.getDefaultInstance());
    }
}
