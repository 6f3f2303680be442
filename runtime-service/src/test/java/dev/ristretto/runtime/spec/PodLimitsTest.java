// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.cgroup.CgroupLimits;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

class PodLimitsTest {
    @Test
    void ofCgroup_isWhatContainersMayUse_andTheOverhead() {
        var limits = new PodLimits(limits(2, 10_000, 50_000, 1 << 20), limits(512, 200_000, 0, 64));

        var both = limits.ofCgroup();

        assertThat(both.cpuShares()).hasValue(514);
        assertThat(both.cpuQuotaMicros()).hasValue(220_000);
        assertThat(both.cpuPeriodMicros()).isEmpty();
        assertThat(both.memoryLimitBytes()).hasValue((1 << 20) + 64);
    }

    @Test
    void ofCgroup_withoutALimit_hasNone() {
        var overhead = limits(2, 10_000, 0, 1 << 20);

        assertThat(new PodLimits(overhead, CgroupLimits.none()).ofCgroup())
                .isEqualTo(CgroupLimits.none());
        assertThat(new PodLimits(overhead, limits(0, -1, 0, -1)).ofCgroup())
                .isEqualTo(limits(0, -1, 0, -1));
        assertThat(PodLimits.none().ofCgroup()).isEqualTo(CgroupLimits.none());
    }

    private static CgroupLimits limits(long shares, long quota, long period, long memory) {
        return new CgroupLimits(
                set(shares),
                set(quota),
                set(period),
                Optional.empty(),
                Optional.empty(),
                set(memory),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Map.of(),
                Map.of());
    }

    private static OptionalLong set(long value) {
        return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
