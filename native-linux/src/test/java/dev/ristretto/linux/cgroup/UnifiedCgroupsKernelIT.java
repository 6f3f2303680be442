// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * cgroup v2 on the real kernel, whether or not it has the controllers: the test takes a cgroup of
 * its own for the root of the hierarchy, so that nothing is enabled outside of it.
 */
@Tag("root")
class UnifiedCgroupsKernelIT {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final List<Process> started = new ArrayList<>();
    private Path root;
    private HostCgroups cgroups;
    private Cgroup cgroup;

    @BeforeEach
    void aRootOfItsOwn() throws IOException {
        var host =
                CgroupMounts.parse(Files.readAllLines(Path.of("/proc/self/mountinfo"))).stream()
                        .filter(Hierarchy::unified)
                        .findFirst();
        assumeTrue(host.isPresent(), "no cgroup2 file system is mounted");
        var name = "ristretto-test-%08x".formatted(ThreadLocalRandom.current().nextInt());
        root = Files.createDirectory(host.get().root().resolve(name));
        cgroups = HostCgroups.detect(List.of("1 2 0:3 / " + root + " rw - cgroup2 cgroup2 rw"));
        cgroup = cgroups.create("/pods/c1");
    }

    @AfterEach
    void leaveNothing() throws IOException {
        var pods = cgroups.at("/pods");
        if (pods.exists()) {
            pods.kill();
            pods.delete(PATIENCE);
        }
        started.forEach(Process::destroyForcibly);
        Files.delete(root);
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
    void cloneIntoDirectory_isTheCgroupItself() {
        assertThat(cgroup.cloneIntoDirectory()).contains(root.resolve("pods/c1"));
        assertThat(cgroup.attachFiles()).isEmpty();
    }

    @Test
    void stats_countCpuTimeEvenWithoutAController() throws Exception {
        var process = start("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo; read line");
        process.getInputStream().read();

        assertThat(cgroup.stats().cpuUsageNanos()).isPositive();
    }

    private Process start(String script) throws IOException {
        var procs = cgroup.cloneIntoDirectory().orElseThrow().resolve("cgroup.procs");
        var process =
                new ProcessBuilder("/bin/sh", "-c", "echo 0 > " + procs + "; " + script).start();
        started.add(process);
        return process;
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
