// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** cgroup v1 with cpu and cpuacct in one place, over plain files. */
class V1HostTest {
    @TempDir private Path root;
    private HostCgroups cgroups;

    @BeforeEach
    void threeHierarchies() throws IOException {
        for (var hierarchy : List.of("cpu,cpuacct", "memory", "cpuset", "systemd")) {
            Files.createDirectories(root.resolve(hierarchy));
        }
        cgroups =
                HostCgroups.detect(
                        List.of(
                                mount("cpu,cpuacct", "cpu,cpuacct"),
                                mount("memory", "memory"),
                                mount("cpuset", "cpuset"),
                                mount("systemd", "xattr,name=systemd"),
                                mount("gone", "pids")));
    }

    @Test
    void detect_aMountPointThatIsNotThere_isSkipped() throws IOException {
        assertThat(cgroups.mode()).isEqualTo(Cgroups.Mode.V1);
        assertThat(cgroups.create("/p/c").attachFiles())
                .containsExactly(
                        root.resolve("cpu,cpuacct/p/c/tasks"),
                        root.resolve("memory/p/c/tasks"),
                        root.resolve("cpuset/p/c/tasks"),
                        root.resolve("systemd/p/c/tasks"));
    }

    @Test
    void create_twice_isTheSame() throws IOException {
        cgroups.create("/p/c");
        var again = cgroups.create("/p/c");

        assertThat(again.exists()).isTrue();
        assertThat(again.cloneIntoDirectory()).isEmpty();
    }

    @Test
    void create_copiesCpusetsDown() throws IOException {
        Files.writeString(root.resolve("cpuset/cpuset.cpus"), "0-3\n");
        Files.createDirectories(root.resolve("cpuset/p/c"));
        for (var directory : List.of("cpuset/p", "cpuset/p/c")) {
            Files.writeString(root.resolve(directory + "/cpuset.cpus"), "\n");
        }

        cgroups.create("/p/c");

        assertThat(root.resolve("cpuset/p/c/cpuset.cpus")).hasContent("0-3");
    }

    @Test
    void write_aLimitOfAControllerThatIsNotMounted_namesIt() throws IOException {
        var cgroup = cgroups.create("/p/c");

        assertThatThrownBy(() -> cgroup.write(Limits.hugepages(Map.of("2MB", 4194304L))))
                .hasMessageContaining("hugetlb");
    }

    @Test
    void write_noHugepagesWithoutTheController_isFine() throws IOException {
        var cgroup = cgroups.create("/p/c");

        cgroup.write(Limits.hugepages(Map.of("2MB", 0L, "1GB", 0L)));

        assertThat(cgroup.read().hugepageLimitsBytes()).isEmpty();
    }

    @Test
    void write_unified_isRefused() throws IOException {
        var cgroup = cgroups.create("/p/c");

        assertThatThrownBy(() -> cgroup.write(Limits.unified(Map.of("memory.high", "1"))))
                .hasMessageContaining("memory.high");
    }

    @Test
    void stats_countTheSubtree() throws IOException {
        var cgroup = cgroups.create("/p/c");
        var cpu = root.resolve("cpu,cpuacct/p/c");
        var memory = root.resolve("memory/p/c");
        Files.writeString(cpu.resolve("cpuacct.usage"), "123456789\n");
        Files.writeString(memory.resolve("memory.usage_in_bytes"), "9000\n");
        Files.writeString(memory.resolve("memory.limit_in_bytes"), "9223372036854771712\n");
        Files.writeString(
                memory.resolve("memory.stat"),
                """
                inactive_file 1
                total_inactive_file 2500
                total_rss 4000
                total_pgfault 7
                total_pgmajfault 1
                total_swap 64
                hierarchical_memory_limit 5000
                hierarchical_memsw_limit 6000
                """);

        assertThat(cgroup.stats())
                .isEqualTo(
                        new CgroupStats(
                                123_456_789,
                                9000,
                                6500,
                                4000,
                                7,
                                1,
                                OptionalLong.empty(),
                                64,
                                OptionalLong.of(1000),
                                0));
    }

    @Test
    void details_countWhatV1Counts() throws IOException {
        var cgroup = cgroups.create("/p/c");
        var cpu = root.resolve("cpu,cpuacct/p/c");
        var memory = root.resolve("memory/p/c");
        Files.writeString(cpu.resolve("cpuacct.usage_user"), "10\n");
        Files.writeString(cpu.resolve("cpuacct.usage_sys"), "20\n");
        Files.writeString(
                cpu.resolve("cpu.stat"), "nr_periods 3\nnr_throttled 2\nthrottled_time 99\n");
        Files.writeString(cpu.resolve("cgroup.procs"), "4\n5\n");
        Files.writeString(
                memory.resolve("memory.stat"),
                "pgfault 1\npgmajfault 2\ntotal_cache 30\ntotal_mapped_file 40\n");
        Files.writeString(memory.resolve("memory.kmem.usage_in_bytes"), "50\n");
        Files.writeString(memory.resolve("memory.max_usage_in_bytes"), "60\n");
        Files.writeString(memory.resolve("memory.failcnt"), "7\n");
        Files.writeString(memory.resolve("memory.soft_limit_in_bytes"), "80\n");

        assertThat(cgroup.details())
                .isEqualTo(
                        new CgroupDetails(
                                new CgroupDetails.Cpu(10, 20, 3, 2, 99),
                                new CgroupDetails.Memory(
                                        30, 40, 50, 60, 7, OptionalLong.of(80), 1, 2),
                                OptionalLong.empty(),
                                List.of(4, 5),
                                List.of(),
                                List.of()));
        assertThat(cgroup.pressure()).isEqualTo(CgroupPressure.none());
    }

    @Test
    void cpuUsage_ofACgroupThatIsGone_isUnknown() throws IOException {
        var cgroup = cgroups.create("/p/c");
        Files.writeString(root.resolve("cpu,cpuacct/p/c/cpuacct.usage"), "5\n");

        assertThat(cgroup.cpuUsageNanos()).hasValue(5);
        assertThat(cgroups.at("/p/other").cpuUsageNanos()).isEmpty();
    }

    @Test
    void oomKills_ofChildren_countForTheParent() throws IOException {
        cgroups.create("/p/c");
        Files.writeString(root.resolve("memory/p/memory.oom_control"), "under_oom 0\noom_kill 1\n");
        Files.writeString(root.resolve("memory/p/c/memory.oom_control"), "oom_kill 2\n");

        assertThat(cgroups.at("/p").oomKills()).isEqualTo(3);
    }

    @Test
    void delete_removesChildrenFirstAndOnlyThere() throws IOException {
        cgroups.create("/p/c/d");
        cgroups.create("/p/other");

        cgroups.at("/p/c").delete(Duration.ZERO);

        assertThat(root.resolve("memory/p/c")).doesNotExist();
        assertThat(root.resolve("memory/p/other")).exists();
        assertThat(cgroups.at("/p/c").exists()).isFalse();
    }

    private String mount(String directory, String options) {
        return "1 2 0:3 / " + root.resolve(directory) + " rw - cgroup cgroup rw," + options;
    }
}
