// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

class CpuPlanTest {
    private static final FileWrite SHARES = new FileWrite("cpu.shares", "512");

    @Test
    void v1_fromUnlimited_setsThePeriodFirst() {
        assertThat(CpuPlan.v1(cpu(50_000, 200_000), -1, 100_000))
                .containsExactly(SHARES, period(200_000), quota(50_000));
    }

    @Test
    void v1_toUnlimited_liftsTheQuotaFirst() {
        assertThat(CpuPlan.v1(cpu(-1, 200_000), 50_000, 100_000))
                .containsExactly(SHARES, quota(-1), period(200_000));
    }

    @Test
    void v1_bothLarger_keepsTheRatioInBetweenLow() {
        // Quota first would mean two CPUs for a moment, which a parent with one refuses.
        assertThat(CpuPlan.v1(cpu(200_000, 200_000), 100_000, 100_000))
                .containsExactly(SHARES, period(200_000), quota(200_000));
    }

    @Test
    void v1_bothSmaller_keepsTheRatioInBetweenLow() {
        assertThat(CpuPlan.v1(cpu(50_000, 50_000), 100_000, 100_000))
                .containsExactly(SHARES, quota(50_000), period(50_000));
    }

    @Test
    void v2_quotaAndPeriod_areOneWrite() {
        assertThat(CpuPlan.v2(cpu(50_000, 200_000), "max 100000"))
                .containsExactly(
                        new FileWrite("cpu.weight", "59"),
                        new FileWrite("cpu.max", "50000 200000"));
    }

    @Test
    void v2_periodAlone_keepsTheQuota() {
        var limits = limits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(50_000));

        assertThat(CpuPlan.v2(limits, "20000 100000"))
                .containsExactly(new FileWrite("cpu.max", "20000 50000"));
    }

    @Test
    void v2_noQuota_isMax() {
        var limits = limits(OptionalLong.empty(), OptionalLong.of(-1), OptionalLong.empty());

        assertThat(CpuPlan.v2(limits, "20000 100000"))
                .containsExactly(new FileWrite("cpu.max", "max"));
    }

    private static FileWrite quota(long micros) {
        return FileWrite.number("cpu.cfs_quota_us", micros);
    }

    private static FileWrite period(long micros) {
        return FileWrite.number("cpu.cfs_period_us", micros);
    }

    private static CgroupLimits cpu(long quota, long period) {
        return limits(OptionalLong.of(512), OptionalLong.of(quota), OptionalLong.of(period));
    }

    private static CgroupLimits limits(
            OptionalLong shares, OptionalLong quota, OptionalLong period) {
        return new CgroupLimits(
                shares,
                quota,
                period,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Map.of(),
                Map.of());
    }
}
