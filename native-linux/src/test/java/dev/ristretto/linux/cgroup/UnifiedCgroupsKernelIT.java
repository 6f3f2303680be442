// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import static dev.ristretto.linux.cgroup.DeviceRule.Kind.BLOCK;
import static dev.ristretto.linux.cgroup.DeviceRule.Kind.CHARACTER;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

/**
 * cgroup v2 on the real kernel, whether or not it has the controllers: the test takes a cgroup of
 * its own for the root of the hierarchy, so that nothing is enabled outside of it.
 */
@Tag("root")
class UnifiedCgroupsKernelIT {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir private Path directory;
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

    @Test
    void restrictDevices_deniesOpeningAndMakingWhatIsNotGiven() throws Exception {
        cgroup.restrictDevices(DeviceRules.containerDefaults());

        assertThat(output("head -c 1 /dev/zero | wc -c; echo x > /dev/null; echo $?"))
                .isEqualTo("1\n0");
        assertThat(output("(: < /dev/kmsg) 2>&1")).contains("Operation not permitted");
        assertThat(output("mknod null c 1 3 2>&1; mknod zero c 1 5 2>&1")).isEmpty();
        assertThat(output("mknod disk b 8 0 2>&1")).contains("Operation not permitted");
        // A block device with the numbers of a character device that is given.
        assertThat(output("mknod ram b 1 3 2>&1")).contains("Operation not permitted");
    }

    @Test
    void restrictDevices_allowsWhatARuleSaysAndNoMore() throws Exception {
        var kmsg = new DeviceRule(CHARACTER, OptionalLong.of(1), OptionalLong.of(11), "r");
        var block = new DeviceRule(BLOCK, OptionalLong.of(7), OptionalLong.empty(), "m");
        cgroup.restrictDevices(DeviceRules.containerDefaults().plus(List.of(kmsg, block)));

        assertThat(output("(: < /dev/kmsg) 2>&1; echo $?")).isEqualTo("0");
        assertThat(output("(: <> /dev/kmsg) 2>&1")).contains("Operation not permitted");
        assertThat(output("mknod kmsg c 1 11 2>&1")).contains("Operation not permitted");
        assertThat(output("mknod loop b 7 99 2>&1; (: < loop) 2>&1"))
                .doesNotContain("mknod")
                .contains("Operation not permitted");
    }

    @Test
    void restrictDevices_readAndWriteFromTwoRules_allowBothAtOnce() throws Exception {
        var reading = new DeviceRule(CHARACTER, OptionalLong.of(1), OptionalLong.of(11), "r");
        var writing = new DeviceRule(CHARACTER, OptionalLong.of(1), OptionalLong.of(11), "w");
        cgroup.restrictDevices(new DeviceRules(List.of(reading, writing)));

        assertThat(output("(: <> /dev/kmsg) 2>&1; echo $?")).isEqualTo("0");
        assertThat(output("(: < /dev/zero) 2>&1")).contains("Operation not permitted");
    }

    @Test
    void restrictDevices_again_replacesWhatWasThere() throws Exception {
        var kmsg = new DeviceRule(CHARACTER, OptionalLong.of(1), OptionalLong.of(11), "rwm");
        cgroup.restrictDevices(DeviceRules.containerDefaults());
        cgroup.restrictDevices(DeviceRules.containerDefaults().plus(List.of(kmsg)));

        assertThat(output("(: < /dev/kmsg) 2>&1; echo $?")).isEqualTo("0");

        cgroup.restrictDevices(DeviceRules.containerDefaults());
        assertThat(output("(: < /dev/kmsg) 2>&1")).contains("Operation not permitted");

        cgroup.restrictDevices(DeviceRules.all());
        assertThat(output("(: < /dev/kmsg) 2>&1; mknod disk b 8 0; echo $?")).isEqualTo("0");
    }

    @Test
    void restrictDevices_ofThousandsOfRules_isAcceptedByTheKernel() throws Exception {
        var many = new ArrayList<DeviceRule>();
        for (int minor = 0; minor < 5000; minor++) {
            many.add(new DeviceRule(BLOCK, OptionalLong.of(240), OptionalLong.of(minor), "rw"));
        }
        many.add(new DeviceRule(BLOCK, OptionalLong.of(240), OptionalLong.of(7), "m"));
        cgroup.restrictDevices(new DeviceRules(many));

        assertThat(output("mknod seven b 240 7 2>&1; echo $?")).isEqualTo("0");
        assertThat(output("mknod eight b 240 8 2>&1")).contains("Operation not permitted");
    }

    @Test
    void restrictDevices_holdsForWhatIsBelow_whateverThatAllows() throws Exception {
        cgroup.restrictDevices(DeviceRules.containerDefaults());
        var below = cgroups.create("/pods/c1/below");
        below.restrictDevices(new DeviceRules(List.of(DeviceRule.any(CHARACTER, "rwm"))));

        cgroup = below;
        assertThat(output("(: < /dev/kmsg) 2>&1")).contains("Operation not permitted");
        assertThat(output("(: < /dev/zero) 2>&1; echo $?")).isEqualTo("0");
    }

    /** What a shell in the cgroup prints; it works in a directory of its own. */
    private String output(String script) throws Exception {
        var process = start("cd " + directory + "; " + script);
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return text.strip();
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
