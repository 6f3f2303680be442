// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.image.TestImages;
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

import runtime.v1.LinuxContainerResources;
import runtime.v1.UpdatePodSandboxResourcesRequest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a container is not given it does not have, and the host does not notice it. */
@Tag("root")
class IsolationE2eTest {
    /**
     * CAP_CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE,
     * NET_RAW, SYS_CHROOT, MKNOD, AUDIT_WRITE, SETFCAP: what containers have by default everywhere.
     */
    private static final String DEFAULT_CAPABILITIES = "00000000a80425fb";

    private static final List<String> MASKED =
            List.of("/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/acpi", "/sys/firmware");

    private static final String RESOURCES =
            """
            , "linux": {
                "resources": {
                  "cpu_period": 100000, "cpu_quota": 50000, "cpu_shares": 512,
                  "memory_limit_in_bytes": 67108864
                },
                "security_context": {
                  "namespace_options": {"pid": 1},
                  "masked_paths": ["%s"],
                  "readonly_paths": ["/proc/sys", "/proc/bus", "/proc/irq"]
                }
              }
            """
                    .formatted(String.join("\", \"", MASKED));

    private static Stand stand;
    private static Crictl crictl;
    private static String mountTableBefore;
    private static String podConfig;
    private static String busybox;
    private static String pod;
    private static String container;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("isolation");
        crictl = stand.crictl();
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        busybox = stand.registry().push(archive, "e2e/busybox:1");
        crictl.call("pull", busybox);
        mountTableBefore = Files.readString(Path.of("/proc/1/mountinfo"));
        podConfig = Configs.pod("isolated", stand.paths().podLogs(), "");
        pod = crictl.runPod(podConfig);
        container =
                crictl.runContainer(
                        pod,
                        Configs.containerWith(RESOURCES, "main", busybox, "sleep", "3600"),
                        podConfig);
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @Test
    void mountTableOfTheHost_isByteForByteWhatItWas() throws IOException {
        assertThat(Files.readString(Path.of("/proc/1/mountinfo"))).isEqualTo(mountTableBefore);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CapEff", "CapPrm", "CapBnd"})
    void capabilities_areTheDefaultOnes(String set) throws IOException {
        assertThat(status()).contains(set + ":\t" + DEFAULT_CAPABILITIES);
    }

    @Test
    void seccomp_filters() throws IOException {
        assertThat(status()).contains("Seccomp:\t2");
    }

    @Test
    void seccomp_refusesWhatTheDefaultProfileDoes() throws IOException {
        var outcome = crictl.attempt("exec", "-s", container, "unshare", "-U", "true");

        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.stderr()).contains("Operation not permitted");
    }

    @Test
    void maskedPaths_areEmpty_andCannotBeWritten() throws IOException {
        // What this kernel does not have needs no mask.
        var there = MASKED.stream().filter(path -> Files.exists(Path.of(path))).toList();

        assertThat(there).isNotEmpty();
        for (var path : there) {
            assertThat(mountsAt(path)).as("mounts at " + path).isNotEmpty();
            if (Files.isDirectory(Path.of(path))) {
                assertThat(mountsAt(path).getLast()).contains("tmpfs ro");
                assertThat(inContainer("ls", path)).isEmpty();
            } else {
                assertThat(inContainer("sh", "-c", "head -c 1 %s | wc -c".formatted(path)))
                        .isEqualTo("0");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/sys", "/proc/bus", "/proc/irq"})
    void readonlyPaths_areMountedReadOnly(String path) throws IOException {
        assertThat(mountsAt(path)).anySatisfy(line -> assertThat(line).contains(" ro"));
    }

    /** The kubelet always sends its lists, so its empty ones are {@code procMount: Unmasked}. */
    @ParameterizedTest
    @CsvSource({"io.kubernetes.container.name, false", "app, true"})
    void emptyListsOfPaths_hideNothingIfTheKubeletSendsThem(String label, boolean hides)
            throws IOException {
        var extra =
                """
                , "labels": {"%s": "x"},
                  "linux": {"security_context": {"namespace_options": {"pid": 1}}}
                """
                        .formatted(label);
        var unmasked =
                crictl.runContainer(
                        pod,
                        Configs.containerWith(extra, label, busybox, "sleep", "3600"),
                        podConfig);

        var below = "grep -c ' /proc/' /proc/mounts; true";
        var hidden = Integer.parseInt(crictl.call("exec", "-s", unmasked, "sh", "-c", below));

        assertThat(hidden > 0).isEqualTo(hides);
        crictl.call("stop", unmasked);
        crictl.call("rm", unmasked);
    }

    @Test
    void sysctl_cannotBeWritten() throws IOException {
        var outcome =
                crictl.attempt(
                        "exec", "-s", container, "sh", "-c", "echo x > /proc/sys/kernel/hostname");

        assertThat(outcome.stderr()).contains("Read-only file system");
    }

    @Test
    void cgroup_isTheContainersOwn_andHasTheLimits() throws IOException {
        var memory = cgroupOf("memory");

        assertThat(memory.toString()).contains(container);
        assertThat(value(memory, "memory.limit_in_bytes", "memory.max")).isEqualTo("67108864");
        var cpu = cgroupOf("cpu");
        if (Files.exists(cpu.resolve("cpu.max"))) {
            assertThat(Files.readString(cpu.resolve("cpu.max")).strip()).isEqualTo("50000 100000");
        } else {
            assertThat(value(cpu, "cpu.cfs_quota_us", "")).isEqualTo("50000");
            assertThat(value(cpu, "cpu.cfs_period_us", "")).isEqualTo("100000");
            assertThat(value(cpu, "cpu.shares", "")).isEqualTo("512");
        }
    }

    @Test
    void aPodOfNoParent_isLimitedAsAWhole() throws IOException {
        var limits =
                """
                , "linux": {"overhead": {"memory_limit_in_bytes": 16777216},
                            "resources": {"memory_limit_in_bytes": 67108864, "cpu_shares": 512}}
                """;
        var config = Configs.pod("limited", stand.paths().podLogs(), limits);
        var limited = crictl.runPod(config);
        var inside = Configs.container("inside", busybox, "sleep", "3600");
        var inPod = crictl.runContainer(limited, inside, config);
        var memory = Objects.requireNonNull(cgroupOf("memory", inPod).getParent());

        assertThat(value(memory, "memory.limit_in_bytes", "memory.max")).isEqualTo("83886080");
        try (var client = stand.connect()) {
            var more = LinuxContainerResources.newBuilder().setMemoryLimitInBytes(134_217_728);
            var _ =
                    client.runtime()
                            .updatePodSandboxResources(
                                    UpdatePodSandboxResourcesRequest.newBuilder()
                                            .setPodSandboxId(limited)
                                            .setResources(more)
                                            .build());
        }
        assertThat(value(memory, "memory.limit_in_bytes", "memory.max")).isEqualTo("134217728");
        crictl.call("stopp", limited);
        crictl.call("rmp", limited);
        assertThat(memory).doesNotExist();
    }

    @Test
    void cgroupNamespace_showsTheContainerItsOwnRoot() throws IOException {
        assertThat(inContainer("cat", "/proc/self/cgroup").lines())
                .allSatisfy(line -> assertThat(line).endsWith(":/"));
    }

    @Test
    void processes_ofTheHostAreNotSeen() throws IOException {
        assertThat(inContainer("sh", "-c", "cat /proc/1/cmdline | tr '\\0' ' '"))
                .isEqualTo("sleep 3600");
    }

    @Test
    void devices_areTheUsualOnesOnly() throws IOException {
        assertThat(inContainer("sh", "-c", "ls /dev").lines())
                .contains("null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm")
                .doesNotContain("mem", "kmsg", "vda", "sda", "loop0");
    }

    @Test
    void fileDescriptors_ofTheRuntimeAreNotInherited() throws IOException {
        var open = Path.of("/proc", Long.toString(crictl.pid(container)), "fd");
        try (var descriptors = Files.list(open)) {
            assertThat(descriptors.map(fd -> fd.getFileName().toString()))
                    .containsExactlyInAnyOrder("0", "1", "2");
        }
    }

    private static String status() throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(crictl.pid(container)), "status"));
    }

    private static String inContainer(String... command) throws IOException {
        var words = new ArrayList<>(List.of("exec", "-s", container));
        words.addAll(List.of(command));
        return crictl.call(words.toArray(String[]::new));
    }

    private static List<String> mountsAt(String path) throws IOException {
        return inContainer("cat", "/proc/mounts")
                .lines()
                .filter(line -> line.split(" ")[1].equals(path))
                .toList();
    }

    /**
     * The directory of the cgroup that the container's first process is in, as the host sees it.
     */
    private static Path cgroupOf(String controller) throws IOException {
        return cgroupOf(controller, container);
    }

    private static Path cgroupOf(String controller, String container) throws IOException {
        var proc = Path.of("/proc", Long.toString(crictl.pid(container)), "cgroup");
        var root = Path.of("/sys/fs/cgroup");
        for (var line : Files.readAllLines(proc)) {
            var parts = line.split(":", 3);
            if (List.of(parts[1].split(",")).contains(controller)) {
                return root.resolve(parts[1]).resolve(parts[2].substring(1));
            }
            if (parts[1].isEmpty() && Files.exists(root.resolve("cgroup.controllers"))) {
                return root.resolve(parts[2].substring(1));
            }
        }
        throw new AssertionError("no %s in %s".formatted(controller, Files.readString(proc)));
    }

    private static String value(Path cgroup, String v1, String v2) throws IOException {
        var old = cgroup.resolve(v1);
        return Files.readString(Files.exists(old) ? old : cgroup.resolve(v2)).strip();
    }
}
