// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The host's real cgroups, below a parent of this test's own. */
@Tag("root")
class HostCgroupsKernelIT {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long MIB = 1 << 20;

    private final String parent =
            "/ristretto-test-%08x".formatted(ThreadLocalRandom.current().nextInt());
    private final List<Process> started = new ArrayList<>();
    private HostCgroups cgroups;
    private Cgroup cgroup;

    @BeforeEach
    void aCgroup() throws IOException {
        cgroups = HostCgroups.detect();
        cgroup = cgroups.create(parent + "/c1");
    }

    @AfterEach
    void leaveNothing() throws IOException {
        var all = cgroups.at(parent);
        if (all.exists()) {
            all.freeze(false);
            all.kill();
            all.delete(PATIENCE);
        }
        started.forEach(Process::destroyForcibly);
        assertThat(all.exists()).isFalse();
    }

    @Test
    void create_makesTheCgroupInEveryHierarchy() throws IOException {
        var mounts = Files.readAllLines(Path.of("/proc/self/mountinfo"));
        for (var hierarchy : CgroupMounts.parse(mounts)) {
            assertThat(hierarchy.directory(new CgroupPath(cgroup.path())).exists()).isTrue();
        }
        assertThat(cgroup.attachFiles()).allSatisfy(file -> assertThat(file).exists());
        assertThat(cgroup.cloneIntoDirectory())
                .hasValueSatisfying(directory -> assertThat(directory).isDirectory());
    }

    @Test
    void write_raisedLoweredAndLifted_isWhatIsReadBack() throws IOException {
        for (var limits :
                List.of(
                        Limits.all(64 * MIB, 64 * MIB),
                        Limits.all(256 * MIB, 300 * MIB),
                        Limits.all(32 * MIB, 48 * MIB),
                        Limits.all(-1, -1))) {
            // A kernel of one processor, such as User-Mode Linux, has no cpusets.
            var possible = hasCpusets() ? limits : Limits.withoutCpusets(limits);
            cgroup.write(possible);

            assertThat(cgroup.read())
                    .usingRecursiveComparison()
                    .ignoringFields("hugepageLimitsBytes")
                    .isEqualTo(possible);
        }
    }

    @Test
    void kill_endsAForkingTreeAndDeleteLeavesNothing() throws Exception {
        var shell = start("while :; do sleep 1000 & sleep 0.01; done");
        await(() -> cgroup.processes().size() > 3);

        cgroup.kill();

        assertThat(shell.waitFor(5, TimeUnit.SECONDS)).isTrue();
        cgroup.delete(PATIENCE);
        assertThat(cgroup.exists()).isFalse();
    }

    @Test
    void processes_includeThoseOfChildren() throws Exception {
        var child = cgroups.create(parent + "/c1/sub");
        var process = startIn(child, "exec sleep 1000");
        await(() -> !child.processes().isEmpty());

        assertThat(cgroup.processes()).containsExactly((int) process.pid());
    }

    @Test
    void freeze_stopsAndThawContinues() throws Exception {
        var process = start("read line; exit 7");
        await(() -> !cgroup.processes().isEmpty());

        cgroup.freeze(true);
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        assertThat(process.waitFor(100, TimeUnit.MILLISECONDS)).isFalse();
        cgroup.freeze(false);

        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(7);
    }

    @Test
    void oomKills_countsWhatTheKernelKilled() throws Exception {
        cgroup.write(Limits.memory(8 * MIB, 8 * MIB));

        var process = start("tail /dev/zero");

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(cgroup.oomKills()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void write_memoryBelowWhatIsInUse_isRefusedAndKillsNobody() throws Exception {
        // The shell holds 40 MiB in a variable: anonymous memory, which cannot be dropped.
        var process = start("x=$(head -c 40000000 /dev/zero | tr '\\0' x); echo ready; read line");
        process.getInputStream().read();
        cgroup.write(Limits.memory(256 * MIB, 256 * MIB));

        assertThatThrownBy(() -> cgroup.write(Limits.memory(8 * MIB, 8 * MIB)))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.WRONG_STATE));

        assertThat(process.isAlive()).isTrue();
        assertThat(cgroup.oomKills()).isZero();
        assertThat(cgroup.read().memoryLimitBytes()).isEqualTo(OptionalLong.of(256 * MIB));
    }

    @Test
    void stats_showWhatAProcessUses() throws Exception {
        var process = start("x=$(head -c 20000000 /dev/zero | tr '\\0' x); echo ready; read line");
        process.getInputStream().read();

        var stats = cgroup.stats();

        assertThat(stats.cpuUsageNanos()).isPositive();
        assertThat(stats.workingSetBytes()).isBetween(19 * MIB, 200 * MIB);
        assertThat(stats.rssBytes()).isGreaterThan(19 * MIB);
        assertThat(stats.pageFaults()).isPositive();
        assertThat(stats.pids()).isEqualTo(1);
        assertThat(stats.memoryLimitBytes()).isEmpty();
    }

    @Test
    void delete_withAProcessInside_namesIt() throws Exception {
        var process = start("exec sleep 1000");
        await(() -> !cgroup.processes().isEmpty());

        assertThatThrownBy(() -> cgroup.delete(Duration.ofMillis(30)))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("still inside: " + process.pid() + " (sleep, state ");
    }

    @Test
    void restrictDevices_letsOnlyTheDefaultDevicesBeOpenedOrMade(@TempDir Path directory)
            throws Exception {
        cgroup.restrictDevices(DeviceRules.containerDefaults());

        assertThat(output(start("head -c 1 /dev/zero | wc -c"))).isEqualTo("1");
        assertThat(output(start("head -c 1 /dev/urandom | wc -c"))).isEqualTo("1");
        assertThat(output(start("(: < /dev/kmsg) 2>&1"))).contains("Operation not permitted");
        var made = "mknod " + directory;
        assertThat(output(start(made + "/null c 1 3 2>&1"))).isEmpty();
        assertThat(output(start(made + "/disk b 8 0 2>&1"))).contains("Operation not permitted");
        assertThat(output(start(made + "/mem c 1 1 2>&1"))).contains("Operation not permitted");
    }

    private static boolean hasCpusets() throws IOException {
        return Files.readAllLines(Path.of("/proc/cgroups")).stream()
                .anyMatch(line -> line.startsWith("cpuset\t"));
    }

    private Process start(String script) throws IOException {
        return startIn(cgroup, script);
    }

    /** The shell moves itself, as the podshim's stub does; nothing of Java moves a process. */
    private Process startIn(Cgroup into, String script) throws IOException {
        var command = new StringBuilder();
        var files = new ArrayList<>(into.attachFiles());
        into.cloneIntoDirectory().ifPresent(dir -> files.add(dir.resolve("cgroup.procs")));
        for (var file : files) {
            command.append("echo 0 > ").append(file).append(" || exit 99; ");
        }
        var process = new ProcessBuilder("/bin/sh", "-c", command + script).start();
        started.add(process);
        return process;
    }

    private static String output(Process process) throws Exception {
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return text.strip();
    }

    private static void await(Condition condition) throws IOException {
        var patience = new Patience(PATIENCE);
        while (!condition.holds()) {
            assertThat(patience.pause()).as("condition within %s", PATIENCE).isTrue();
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }
}
