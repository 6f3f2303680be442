// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/** Limits in the files of a pure cgroup v2, as the kernel shows them. */
@Tag("root")
class UnifiedLimitsKernelIT {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long MIB = 1 << 20;

    private final String parent =
            "/ristretto-test-%08x".formatted(ThreadLocalRandom.current().nextInt());

    private HostCgroups cgroups;
    private Cgroup cgroup;
    private Path files;

    @BeforeEach
    void aCgroup() throws IOException {
        cgroups = HostCgroups.detect();
        assumeTrue(cgroups.mode() == Cgroups.Mode.V2, "controllers are on cgroup v1 here");
        cgroup = cgroups.create(parent + "/c1");
        files = cgroup.cloneIntoDirectory().orElseThrow();
    }

    @AfterEach
    void leaveNothing() throws IOException {
        var all = cgroups.at(parent);
        if (all.exists()) {
            all.delete(PATIENCE);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "512, 59", "1024, 100", "2048, 174", "262144, 10000"})
    void cpuShares_areWeightsByTheNewerConversion(long shares, long weight) throws IOException {
        has("cpu.weight");

        cgroup.write(shares(shares));

        assertThat(file("cpu.weight")).isEqualTo(Long.toString(weight));
        assertThat(weight).isEqualTo(CpuWeight.ofShares(shares));
    }

    @Test
    void unified_isInTheKernelsFiles_memoryQosToo() throws IOException {
        has("memory.high");

        cgroup.write(
                Limits.unified(
                        Map.of(
                                "memory.high", "33554432",
                                "memory.min", "8388608",
                                "memory.low", "max",
                                "memory.oom.group", "1",
                                "pids.max", "77")));

        assertThat(file("memory.high")).isEqualTo("33554432");
        assertThat(file("memory.min")).isEqualTo("8388608");
        assertThat(file("memory.low")).isEqualTo("max");
        assertThat(file("memory.oom.group")).isEqualTo("1");
        assertThat(file("pids.max")).isEqualTo("77");
    }

    @Test
    void unified_thatTheKernelDoesNotTake_namesTheFile() {
        assertThatThrownBy(() -> cgroup.write(Limits.unified(Map.of("memory.high", "much"))))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining(files.resolve("memory.high").toString());
        assertThatThrownBy(() -> cgroup.write(Limits.unified(Map.of("memory.none", "1"))))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("the controllers of this cgroup are ");
    }

    @Test
    void swap_isWhatIsBeyondTheMemory() throws IOException {
        has("memory.swap.max");

        cgroup.write(Limits.memory(64 * MIB, 96 * MIB));
        assertThat(file("memory.max")).isEqualTo(Long.toString(64 * MIB));
        assertThat(file("memory.swap.max")).isEqualTo(Long.toString(32 * MIB));

        cgroup.write(Limits.memory(64 * MIB, 64 * MIB));
        assertThat(file("memory.swap.max")).isEqualTo("0");

        cgroup.write(Limits.memory(-1, -1));
        assertThat(file("memory.max")).isEqualTo("max");
        assertThat(file("memory.swap.max")).isEqualTo("max");
    }

    @Test
    void hugepages_areLimitedInTheFilesOfTheirSize() throws IOException {
        has("hugetlb.2MB.max");

        cgroup.write(Limits.hugepages(Map.of("2MB", 4 * MIB)));

        assertThat(file("hugetlb.2MB.max")).isEqualTo(Long.toString(4 * MIB));
        assertThat(file("hugetlb.2MB.rsvd.max")).isEqualTo(Long.toString(4 * MIB));
        assertThat(cgroup.read().hugepageLimitsBytes()).containsEntry("2MB", 4 * MIB);
    }

    private void has(String name) {
        assumeTrue(Files.exists(files.resolve(name)), "this kernel has no " + name);
    }

    private String file(String name) throws IOException {
        return Files.readString(files.resolve(name)).strip();
    }

    private static CgroupLimits shares(long shares) {
        return new CgroupLimits(
                OptionalLong.of(shares),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Map.of(),
                Map.of());
    }
}
