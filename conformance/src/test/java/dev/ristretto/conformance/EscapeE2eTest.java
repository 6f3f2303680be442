// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.image.HostileImages;
import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.Checkout;
import dev.ristretto.conformance.stand.Configs;
import dev.ristretto.conformance.stand.Crictl;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Root in a container of default settings tries to get out, by every kind of way that a published
 * advisory has shown in runc, containerd, CRI-O or the kernel; each test says which it stands for.
 */
@Tag("root")
class EscapeE2eTest {
    private static final String REFUSED = "refused (EPERM|EACCES|EROFS|ENOSYS)";

    /** Processes of its own, as the kubelet asks for. */
    private static final String DEFAULTS =
            ", \"linux\": {\"security_context\": {\"namespace_options\": {\"pid\": 1}}}";

    private static final String PRIVILEGED =
            DEFAULTS.replace("{\"namespace", "{\"privileged\": true, \"namespace");

    private static Stand stand;
    private static Crictl crictl;
    private static String image;
    private static Path secret;
    private static String container;
    private static String privileged;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("escape");
        crictl = stand.crictl();
        var archive = new HostileImages(stand.scratch("images")).archive();
        image = stand.registry().push(archive, "e2e/escape:1");
        crictl.call("pull", image);
        secret = Files.writeString(stand.scratch("secret"), "of the host\n");
        container = startContainers();
        privileged = startPrivileged();
    }

    private static String startContainers() throws IOException {
        var volume = Files.createDirectories(stand.scratch("volume"));
        Files.createSymbolicLink(volume.resolve("up"), Path.of("../../../../../../.."));
        var podJson = Configs.pod("escape", stand.paths().podLogs(), "");
        var pod = crictl.runPod(podJson);
        var extra = volume(volume) + DEFAULTS;
        var json = Configs.containerWith(extra, "escapes", image, "sleep", "3600");
        var id = crictl.runContainer(pod, json, podJson);
        var script = "echo private >/neighbor-secret; sleep 3600";
        json = Configs.containerWith(DEFAULTS, "neighbor", image, "sh", "-c", script);
        crictl.runContainer(pod, json, podJson);
        return id;
    }

    /** Where all is allowed, and the secret is in the volume under the path it has on the host. */
    private static String startPrivileged() throws IOException {
        var copies = stand.scratch("copies");
        var copy = Path.of(copies + secret.toString());
        Files.createDirectories(copy.getParent());
        Files.copy(secret, copy);
        var podJson = Configs.pod("privileged", stand.paths().podLogs(), PRIVILEGED);
        var pod = crictl.runPod(podJson);
        var extra = volume(copies) + PRIVILEGED;
        var json = Configs.containerWith(extra, "privileged", image, "sleep", "3600");
        return crictl.runContainer(pod, json, podJson);
    }

    private static String volume(Path host) {
        return ", \"mounts\": [{\"host_path\": \"%s\", \"container_path\": \"/volume\"}]"
                .formatted(host);
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mount-tmpfs|mount(2), the first step of most escapes",
                "mount-proc|a proc without masks",
                "mount-bind|mounts over masks and read-only paths",
                "mount-cgroup|release_agent: CVE-2022-0492",
                "mount-cgroup2|a cgroup of one's own choice",
                "remount-sys|/sys made writable",
                "unmount-mask|a mask taken away",
                "fsopen|fsconfig(2): CVE-2022-0185",
                "open-tree|the new mount calls, which older filters let through",
                "mount-setattr|a read-only flag cleared",
                "unshare-user|all capabilities in a new user namespace: CVE-2021-22555, CVE-2022-0492",
                "unshare-mounts|unshare(2) with CAP_SYS_ADMIN's flags",
                "unshare-cgroup|a cgroup namespace for release_agent: CVE-2022-0492",
                "clone-user|clone(2) as unshare(2)",
                "clone3-user|clone3(2), whose flags a filter cannot read",
                "setns|another process's namespaces",
                "pivot-root|another root",
                "keyctl-read|keys of the host",
                "keyctl-join|a keyring, whose count overflowed: CVE-2016-0728",
                "add-key|keys that count for the host's root",
                "init-module|code in the kernel",
                "finit-module|code in the kernel, from a file",
                "delete-module|a module of the host taken away",
                "kexec-load|another kernel",
                "bpf|the verifier's faults: CVE-2020-8835, CVE-2021-3490",
                "perf-event-open|the host's processes watched: CVE-2013-2094",
                "userfaultfd|the kernel held in the middle of a copy, as exploits of races do",
                "syslog|addresses and secrets in the kernel's log",
                "clock-settime|the host's clock",
                "swapon|the host's swap",
                "acct|the host's accounting",
                "reboot|the host itself",
                "iopl|the host's ports",
                "open-by-handle|open_by_handle_at(2) of the host's root: 'Shocker', 2014",
            })
    void systemCall_isRefused(String attempt, String standsFor) throws IOException {
        assertThat(tried(attempt)).as(standsFor).matches(REFUSED);
    }

    /** The attempts are real: they come through where nothing is to stand in their way. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mount-tmpfs",
                "mount-proc",
                "mount-bind",
                "fsopen",
                "open-tree",
                "remount-sys",
                "unshare-mounts",
                "unshare-user",
                "clone-user",
                "keyctl-read",
                "bpf",
                "syslog",
                "climb"
            })
    void attempt_succeedsInAPrivilegedContainer(String attempt) throws IOException {
        assertThat(triedIn(privileged, attempt, secret.toString())).isEqualTo("done");
    }

    @ParameterizedTest
    @CsvSource({
        "c 1 1, /dev/mem",
        "c 1 4, /dev/port",
        "c 1 11, /dev/kmsg",
        "c 10 237, loop-control"
    })
    void deviceNode_mayBeMade_butDoesNotOpen(String device, String name) throws IOException {
        assertThat(tried("device", device)).as(name).isEqualTo("refused EPERM");
    }

    /** The disks of the host, from which everything could be read: the oldest escape. */
    @Test
    void blockDevicesOfTheHost_doNotOpen() throws IOException {
        var disks =
                Files.readAllLines(Path.of("/proc/partitions")).stream()
                        .map(line -> line.strip().split("\\s+"))
                        .filter(words -> words[0].matches("[0-9]+"))
                        .map(words -> "b %s %s".formatted(words[0], words[1]))
                        .limit(8)
                        .toList();
        for (var disk : disks.isEmpty() ? List.of("b 8 0") : disks) {
            assertThat(tried("device", disk)).as(disk).isEqualTo("refused EPERM");
        }
    }

    /**
     * What the host's kernel starts programs by, its crash, its interrupts, sysctls without a
     * namespace; CVE-2022-0811 wrote the first. Which of them there are is the kernel's choice.
     */
    @Test
    void filesOfTheKernel_doNotOpenForWriting() throws IOException {
        var files =
                Stream.of(
                                "/proc/sys/kernel/core_pattern",
                                "/proc/sys/kernel/modprobe",
                                "/proc/sys/kernel/poweroff_cmd",
                                "/proc/sys/vm/panic_on_oom",
                                "/proc/sysrq-trigger",
                                "/proc/irq/default_smp_affinity",
                                "/sys/kernel/uevent_helper",
                                "/sys/kernel/mm/ksm/run",
                                "/sys/power/state")
                        .filter(file -> Files.exists(Path.of(file)))
                        .toList();

        assertThat(files).contains("/proc/sys/kernel/core_pattern");
        for (var file : files) {
            assertThat(tried("write", file)).as(file).matches("refused (EROFS|EACCES|EPERM)");
        }
    }

    /** CVE-2022-0492, CVE-2023-25809: also a cgroup's own files, and what starts a program. */
    @Test
    void cgroups_cannotBeWritten() throws IOException {
        var files =
                crictl.call("exec", "-s", container, "find", "/sys/fs/cgroup", "-type", "f")
                        .lines()
                        .filter(
                                file ->
                                        file.matches(
                                                ".*/(cgroup.procs|tasks|release_agent|notify_on_release|devices.allow|memory.max|memory.limit_in_bytes)"))
                        .toList();

        assertThat(files).isNotEmpty();
        for (var file : files) {
            assertThat(tried("write", file)).as(file).matches("refused (EROFS|EACCES|EPERM)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ptrace", "kill", "process-vm-readv"})
    void processesOfTheHost_areNotThere(String attempt) throws IOException {
        for (long pid : List.of(stand.daemon().pid(), crictl.pid(container))) {
            assertThat(tried(attempt, Long.toString(pid))).matches("refused (ESRCH|EPERM|ENOSYS)");
        }
    }

    /** CVE-2016-9962 and CVE-2024-21626 are descriptors of the runtime; `..` does the rest. */
    @Test
    void filesOfTheHost_areNotReachedByAnyWayUp() throws IOException {
        assertThat(tried("climb", secret.toString())).isEqualTo("refused ENOENT");
        assertThat(tried("climb-chroot", secret.toString())).isEqualTo("refused ENOENT");
    }

    /** CVE-2020-15257 were sockets of the runtime that a container could connect to. */
    @Test
    void socketsOfTheRuntime_areNotReachedByAnyWayUp() throws IOException {
        try (var sockets = Files.walk(stand.paths().runDir())) {
            for (var socket : sockets.filter(p -> p.toString().endsWith(".sock")).toList()) {
                assertThat(tried("climb", socket.toString()))
                        .as(socket.toString())
                        .isEqualTo("refused ENOENT");
            }
        }
    }

    /** CVE-2020-15257 itself: abstract sockets belong to the network, not to a file system. */
    @Test
    void hostNetwork_hasNoAbstractSocketOfTheRuntime() throws IOException {
        var podJson =
                Configs.pod(
                        "host-network",
                        stand.paths().podLogs(),
                        ", \"linux\": {\"security_context\": {\"namespace_options\": {\"network\": 2}}}");
        var pod = crictl.runPod(podJson);
        var json =
                Configs.containerWith(
                        ", \"linux\": {\"security_context\": {\"namespace_options\": {\"network\": 2, \"pid\": 1}}}",
                        "main",
                        image,
                        "sleep",
                        "3600");
        var onHost = crictl.runContainer(pod, json, podJson);

        var sockets = crictl.call("exec", "-s", onHost, "cat", "/proc/net/unix");

        assertThat(sockets).contains(stand.paths().socket().toString()).doesNotContain(" @");
        crictl.call("rmp", "-f", pod);
    }

    @Test
    void filesOfAnotherContainerOfThePod_areNotThere() throws IOException {
        assertThat(tried("climb", "/neighbor-secret")).isEqualTo("refused ENOENT");
        assertThat(
                        crictl.call(
                                "exec",
                                "-s",
                                container,
                                "sh",
                                "-c",
                                "ls -d /proc/[0-9]*/root/neighbor* || echo none"))
                .startsWith("none");
    }

    /** CVE-2022-29162, CVE-2022-24769: what is inheritable comes back to who had given it up. */
    @Test
    void capabilities_areNeitherInheritableNorAmbient() throws IOException {
        assertThat(crictl.call("exec", "-s", container, "cat", "/proc/self/status"))
                .contains("CapInh:\t0000000000000000", "CapAmb:\t0000000000000000");
    }

    /**
     * CVE-2019-5736: the runtime's own program, opened for writing while it becomes the program of
     * the container. Also where the pod's processes share a pid namespace with the podshim's.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void programOfTheRuntime_cannotBeOpenedForWriting(int pidMode) throws IOException {
        var podshim = Files.readAllBytes(Checkout.podshim());
        var name = "catches-" + pidMode;
        var podJson = Configs.pod(name, stand.paths().podLogs(), "");
        var pod = crictl.runPod(podJson);
        var security =
                ", \"linux\": {\"security_context\": {\"namespace_options\": {\"pid\": %d}}}"
                        .formatted(pidMode);
        var json =
                Configs.containerWith(
                        security, "main", image, "/escape", "catch-programs", "/tmp/report");
        var catcher = crictl.runContainer(pod, json, podJson);
        Await.until(
                "the catcher watches",
                Duration.ofSeconds(30),
                () -> report(catcher).contains("watching"));

        for (int i = 0; i < 10; i++) {
            crictl.call("exec", "-s", catcher, "true");
            // What the container's own program becomes is the container's business.
            crictl.attempt("exec", "-s", "--timeout", "5", catcher, "/proc/self/exe", "none");
        }

        assertThat(report(catcher).lines().filter(line -> line.startsWith("opened")))
                .allMatch(line -> line.endsWith(" /escape") || line.endsWith(" /bin/busybox"));
        assertThat(Files.readAllBytes(Checkout.podshim())).isEqualTo(podshim);
        crictl.call("rmp", "-f", pod);
    }

    private static String report(String catcher) throws IOException {
        return crictl.attempt("exec", "-s", catcher, "cat", "/tmp/report").stdout();
    }

    private static String tried(String... words) throws IOException {
        return triedIn(container, words);
    }

    private static String triedIn(String where, String... words) throws IOException {
        var command = new ArrayList<>(List.of("exec", "-s", where, "/escape"));
        command.addAll(List.of(words));
        var outcome = crictl.attempt(command.toArray(String[]::new));
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        return outcome.text().lines().findFirst().orElse("");
    }
}
