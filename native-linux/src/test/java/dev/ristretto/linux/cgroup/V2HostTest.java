// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** cgroup v2 against a tree of plain files: what is written where, and how what is read counts. */
class V2HostTest {
    @TempDir private Path root;
    private HostCgroups cgroups;
    private Path leaf;

    @BeforeEach
    void aTreeWithControllers() throws IOException {
        cgroups = HostCgroups.detect(List.of("1 2 0:3 / " + root + " rw - cgroup2 cgroup2 rw"));
        leaf = root.resolve("pods/c1");
        Files.createDirectories(leaf);
        for (var directory : List.of(root, root.resolve("pods"), leaf)) {
            file(directory, "cgroup.controllers", "cpuset cpu io memory pids misc\n");
            file(directory, "cgroup.subtree_control", "memory\n");
            file(directory, "cgroup.procs", "");
        }
    }

    @Test
    void detect_onlyCgroup2_isV2() {
        assertThat(cgroups.mode()).isEqualTo(Cgroups.Mode.V2);
    }

    @Test
    void create_enablesWhatIsMissingOnTheWayButNotInTheLeaf() throws IOException {
        cgroups.create("/pods/c1");

        assertThat(root.resolve("cgroup.subtree_control")).hasContent("+cpu +cpuset +io +pids");
        assertThat(root.resolve("pods/cgroup.subtree_control"))
                .hasContent("+cpu +cpuset +io +pids");
        assertThat(leaf.resolve("cgroup.subtree_control")).hasContent("memory");
    }

    @Test
    void create_ofAMissingPath_makesItsDirectories() throws IOException {
        var made = cgroups.create("/new/a/b");

        assertThat(root.resolve("new/a/b")).isDirectory();
        assertThat(made.cloneIntoDirectory()).contains(root.resolve("new/a/b"));
        assertThat(made.attachFiles()).isEmpty();
    }

    @Test
    void write_allLimits_endsUpInTheirFiles() throws IOException {
        limitFiles();

        cgroups.at("/pods/c1").write(Limits.all(1000, 1200));

        assertThat(leaf.resolve("cpu.weight")).hasContent("100");
        assertThat(leaf.resolve("cpu.max")).hasContent("50000 100000");
        assertThat(leaf.resolve("cpuset.cpus")).hasContent("0");
        assertThat(leaf.resolve("memory.max")).hasContent("1000");
        assertThat(leaf.resolve("memory.swap.max")).hasContent("200");
        assertThat(leaf.resolve("pids.max")).hasContent("20");
    }

    @Test
    void read_afterWrite_isWhatWasWritten() throws IOException {
        limitFiles();
        var cgroup = cgroups.at("/pods/c1");
        cgroup.write(Limits.all(1000, 1200));

        assertThat(cgroup.read()).isEqualTo(Limits.all(1000, 1200));
    }

    @Test
    void write_memoryBelowWhatIsInUse_isRefusedBeforeTheKernelWouldKill() throws IOException {
        limitFiles();
        file(leaf, "memory.current", "5000\n");
        var cgroup = cgroups.at("/pods/c1");

        assertThatThrownBy(() -> cgroup.write(Limits.memory(1000)))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.WRONG_STATE))
                .hasMessageContaining("5000 bytes are in use");
        assertThat(leaf.resolve("memory.max")).hasContent("max");
    }

    @Test
    void write_hugepages_limitsReservationsToo() throws IOException {
        file(leaf, "hugetlb.2MB.max", "max\n");
        file(leaf, "hugetlb.2MB.rsvd.max", "max\n");

        cgroups.at("/pods/c1").write(Limits.hugepages(Map.of("2MB", 4194304L, "1GB", 0L)));

        assertThat(leaf.resolve("hugetlb.2MB.max")).hasContent("4194304");
        assertThat(leaf.resolve("hugetlb.2MB.rsvd.max")).hasContent("4194304");
        assertThat(cgroups.at("/pods/c1").read().hugepageLimitsBytes())
                .containsExactly(Map.entry("2MB", 4194304L));
    }

    @Test
    void write_unified_isWrittenAsItIs() throws IOException {
        file(leaf, "memory.high", "max\n");

        cgroups.at("/pods/c1").write(Limits.unified(Map.of("memory.high", "9000")));

        assertThat(leaf.resolve("memory.high")).hasContent("9000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cgroup.procs", "cgroup.kill", "../memory.max", "a/b.c", "memory", "", ".."})
    void write_unifiedKeyThatIsNoControllersFile_isRefused(String key) {
        assertThatThrownBy(() -> cgroups.at("/pods/c1").write(Limits.unified(Map.of(key, "1"))))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT));
    }

    @Test
    void write_toAMissingController_namesTheFileAndDoesNotMakeIt() {
        assertThatThrownBy(() -> cgroups.at("/pods/c1").write(Limits.memory(1000)))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining(leaf.resolve("memory.max") + ": No such file")
                .hasMessageContaining("the controllers of this cgroup are 'cpuset cpu io");
        assertThat(leaf.resolve("memory.max")).doesNotExist();
    }

    @Test
    void stats_leaveInactiveFilePagesOutOfTheWorkingSet() throws IOException {
        file(leaf, "cpu.stat", "usage_usec 1500\nuser_usec 1000\n");
        file(leaf, "memory.current", "9000\n");
        file(leaf, "memory.stat", "anon 4000\ninactive_file 2500\npgfault 7\npgmajfault 1\n");
        file(leaf, "memory.max", "max\n");
        file(leaf, "memory.swap.current", "64\n");
        file(leaf, "memory.swap.max", "512\n");
        file(leaf, "pids.current", "3\n");

        assertThat(cgroups.at("/pods/c1").stats())
                .isEqualTo(
                        new CgroupStats(
                                1_500_000,
                                9000,
                                6500,
                                4000,
                                7,
                                1,
                                OptionalLong.empty(),
                                64,
                                OptionalLong.of(512),
                                3));
    }

    @Test
    void details_countWhatV2Counts() throws IOException {
        file(
                leaf,
                "cpu.stat",
                "usage_usec 30\nuser_usec 10\nsystem_usec 20\nnr_periods 3\nnr_throttled 2\n"
                        + "throttled_usec 9\n");
        file(leaf, "memory.stat", "file 30\nfile_mapped 40\nkernel 50\npgfault 1\npgmajfault 2\n");
        file(leaf, "memory.peak", "60\n");
        file(leaf, "memory.events", "low 0\nmax 7\noom_kill 1\n");
        file(leaf, "memory.low", "80\n");
        file(leaf, "pids.max", "100\n");
        file(leaf, "hugetlb.2MB.current", "4194304\n");
        file(leaf, "hugetlb.2MB.rsvd.current", "1\n");
        file(leaf, "io.stat", "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n");
        file(leaf, "cgroup.procs", "4\n");

        assertThat(cgroups.at("/pods/c1").details())
                .isEqualTo(
                        new CgroupDetails(
                                new CgroupDetails.Cpu(10_000, 20_000, 3, 2, 9_000),
                                new CgroupDetails.Memory(
                                        30, 40, 50, 60, 7, OptionalLong.of(80), 1, 2),
                                OptionalLong.of(100),
                                List.of(4),
                                List.of(
                                        new CgroupDetails.HugePages(
                                                "2MB", 4_194_304, OptionalLong.empty())),
                                List.of(new CgroupDetails.DeviceIo(8, 0, 1, 2, 3, 4))));
    }

    @Test
    void pressure_isInNanoseconds() throws IOException {
        file(
                leaf,
                "cpu.pressure",
                "some avg10=1.50 avg60=0.25 avg300=0.01 total=7\n"
                        + "full avg10=0.00 avg60=0.00 avg300=0.00 total=3\n");

        var pressure = cgroups.at("/pods/c1").pressure();

        assertThat(pressure.cpu())
                .contains(
                        new Pressure(
                                new Pressure.Share(1.5, 0.25, 0.01, 7_000),
                                new Pressure.Share(0, 0, 0, 3_000)));
        assertThat(pressure.memory()).isEmpty();
    }

    @Test
    void stats_ofMoreInactivePagesThanUsage_areNotNegative() throws IOException {
        file(leaf, "memory.current", "100\n");
        file(leaf, "memory.stat", "inactive_file 200\n");

        assertThat(cgroups.at("/pods/c1").stats().workingSetBytes()).isZero();
    }

    @Test
    void oomKills_areReadFromTheEvents() throws IOException {
        file(leaf, "memory.events", "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\n");

        assertThat(cgroups.at("/pods/c1").oomKills()).isEqualTo(2);
    }

    @Test
    void kill_writesTheKillFile() throws IOException {
        file(leaf, "cgroup.kill", "");

        cgroups.at("/pods/c1").kill();

        assertThat(leaf.resolve("cgroup.kill")).hasContent("1");
    }

    @Test
    void processes_includeThoseBelow() throws IOException {
        file(leaf, "cgroup.procs", "12\n7\n");
        file(root.resolve("pods"), "cgroup.procs", "9\n");

        assertThat(cgroups.at("/pods").processes()).containsExactly(7, 9, 12);
    }

    @Test
    void restrictDevices_thatTheKernelCannotEnforce_namesTheCgroupAndWhatItTakes() {
        var cgroup = cgroups.at("/pods/c1");

        assertThatThrownBy(() -> cgroup.restrictDevices(DeviceRules.containerDefaults()))
                .isInstanceOf(CgroupException.class)
                .hasMessageStartingWith("restrict the devices of cgroup " + leaf + ": bpf ")
                .hasMessageContaining("CONFIG_CGROUP_BPF");
    }

    private void limitFiles() throws IOException {
        for (var name : List.of("cpuset.cpus", "cpuset.mems")) {
            file(leaf, name, "\n");
        }
        for (var name : List.of("memory.max", "memory.swap.max", "pids.max")) {
            file(leaf, name, "max\n");
        }
        file(leaf, "memory.current", "0\n");
        file(leaf, "cpu.weight", "100\n");
        file(leaf, "cpu.max", "max 100000\n");
    }

    private static void file(Path directory, String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }
}
