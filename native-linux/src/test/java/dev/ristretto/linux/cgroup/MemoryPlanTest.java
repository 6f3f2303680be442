// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.OptionalLong;

class MemoryPlanTest {
    private static final long NONE = -1;

    @Test
    void v1_raisedAboveTheSwapInForce_writesSwapFirst() {
        assertThat(MemoryPlan.v1(Limits.memory(200, 300), 100, OptionalLong.of(100)))
                .containsExactly(memsw(300), limit(200));
    }

    @Test
    void v1_lowered_writesTheLimitFirst() {
        assertThat(MemoryPlan.v1(Limits.memory(100, 100), 200, OptionalLong.of(300)))
                .containsExactly(limit(100), memsw(100));
    }

    @Test
    void v1_madeUnlimited_writesSwapFirst() {
        assertThat(MemoryPlan.v1(Limits.memory(NONE, NONE), 100, OptionalLong.of(100)))
                .containsExactly(memsw(NONE), limit(NONE));
    }

    @Test
    void v1_aLimitAlone_keepsTheSwapBeyondIt() {
        assertThat(MemoryPlan.v1(Limits.memory(500), 100, OptionalLong.of(130)))
                .containsExactly(memsw(530), limit(500));
    }

    @Test
    void v1_aLimitAloneOfAFreshCgroup_leavesSwapUnlimited() {
        assertThat(MemoryPlan.v1(Limits.memory(500), NONE, OptionalLong.of(NONE)))
                .containsExactly(limit(500));
    }

    @Test
    void v1_withoutSwapAccounting_acceptsNoSwapAtAll() {
        assertThat(MemoryPlan.v1(Limits.memory(500, 500), NONE, OptionalLong.empty()))
                .containsExactly(limit(500));
    }

    @Test
    void v1_withoutSwapAccounting_refusesALimitItCannotKeep() {
        assertThatThrownBy(() -> MemoryPlan.v1(Limits.memory(500, 600), NONE, OptionalLong.empty()))
                .hasMessageContaining("swapaccount=1");
    }

    @Test
    void v2_swap_isWhatIsBeyondMemory() {
        assertThat(MemoryPlan.v2(Limits.memory(500, 600), NONE, true))
                .containsExactly(
                        new FileWrite("memory.max", "500"),
                        new FileWrite("memory.swap.max", "100"));
    }

    @Test
    void v2_swapAlone_countsFromTheLimitInForce() {
        assertThat(MemoryPlan.v2(Limits.swap(600), 500, true))
                .containsExactly(new FileWrite("memory.swap.max", "100"));
    }

    @Test
    void v2_unlimited_isMax() {
        assertThat(MemoryPlan.v2(Limits.memory(NONE, NONE), 500, true))
                .containsExactly(
                        new FileWrite("memory.max", "max"),
                        new FileWrite("memory.swap.max", "max"));
    }

    @Test
    void swapBelowMemory_isRefusedByItsField() {
        assertThatThrownBy(() -> MemoryPlan.v2(Limits.memory(500, 400), NONE, true))
                .hasMessageContaining("memory_swap_limit_in_bytes 400")
                .hasMessageContaining("500");
    }

    @Test
    void swapLimitWithUnlimitedMemory_isRefused() {
        assertThatThrownBy(() -> MemoryPlan.v1(Limits.swap(400), NONE, OptionalLong.of(NONE)))
                .hasMessageContaining("unlimited");
    }

    private static FileWrite limit(long bytes) {
        return FileWrite.number("memory.limit_in_bytes", bytes);
    }

    private static FileWrite memsw(long bytes) {
        return FileWrite.number("memory.memsw.limit_in_bytes", bytes);
    }
}
