// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.Configs;
import dev.ristretto.conformance.stand.Crictl;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Pods whose root is nobody on the host. */
@Tag("root")
class UserNamespaceE2eTest {
    private static final String MAPPINGS =
            """
            [{"container_id": 0, "host_id": 200000, "length": 1000},
             {"container_id": 1000, "host_id": 300000, "length": 64536}]""";

    private static Stand stand;
    private static Crictl crictl;
    private static String busybox;
    private static String mountTableBefore;

    @BeforeAll
    static void start() throws IOException {
        stand = Stand.start("user-namespaces");
        crictl = stand.crictl();
        var archive = TestImages.busybox(stand.scratch("busybox.tar"));
        busybox = stand.registry().push(archive, "e2e/busybox:1");
        crictl.call("pull", busybox);
        mountTableBefore = Files.readString(Path.of("/proc/1/mountinfo"));
    }

    @AfterAll
    static void stop() {
        stand.close();
    }

    @AfterEach
    void removePods() throws IOException {
        stand.removePods();
    }

    @Test
    void status_announcesThem() throws IOException {
        var info = crictl.json("info");

        var features = info.path("runtimeHandlers").path(0).path("features");
        assertThat(features.path("user_namespaces").asBoolean()).as(info.toString()).isTrue();
    }

    @Test
    void rootInside_isNobodyOutside_andTheImageIsNotChanged() throws IOException {
        var pod = new Pod("plain", options(""), "");
        var container = pod.run("main", "");

        assertThat(in(container, "tr -s ' ' </proc/self/uid_map"))
                .isEqualTo("0 200000 1000\n 1000 300000 64536");
        assertThat(in(container, "id -u; stat -c %u:%g / /bin/busybox /tmp; hostname >/made"))
                .isEqualTo("0\n0:0\n0:0\n0:0");
        var process = Path.of("/proc", Long.toString(crictl.pid(container)));
        assertThat(Files.readString(process.resolve("status")))
                .contains("Uid:\t200000\t200000\t200000\t200000", "Seccomp:\t2");
        for (var name : List.of("user", "net", "ipc", "uts", "mnt", "pid", "cgroup")) {
            assertThat(Files.readSymbolicLink(process.resolve("ns/" + name)))
                    .as(name)
                    .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns", name)));
        }
        assertThat(Files.readString(Path.of("/proc/1/mountinfo"))).isEqualTo(mountTableBefore);
        assertThat(owner(stand.paths().podLogs().resolve("plain/main.log"))).isZero();
    }

    @Test
    void otherUsers_haveTheirGroups_andFilesOfThePodCanBeWritten() throws IOException {
        var pod = new Pod("users", options(""), "");
        var container =
                pod.run(
                        "main",
                        """
                        , "linux": {"security_context": {"run_as_user": {"value": 1000},
                           "run_as_group": {"value": 3000}, "supplemental_groups": [4000]}}
                        """);

        assertThat(in(container, "id -u; id -G; echo x >/dev/stdout"))
                .isEqualTo("1000\n3000 100 4000\nx");
        var root = pod.run("root", "");
        assertThat(in(root, "echo 192.0.2.1 example >>/etc/hosts && tail -n 1 /etc/hosts"))
                .isEqualTo("192.0.2.1 example");
    }

    @Test
    void volumes_areMapped_andNothingOnTheHostChangesHands() throws IOException {
        var volume = Files.createDirectories(stand.scratch("volume"));
        Files.writeString(volume.resolve("mine"), "root's\n");
        var pod = new Pod("volumes", options(""), "");
        var mapped = "\"uidMappings\": %s, \"gidMappings\": %s".formatted(MAPPINGS, MAPPINGS);
        var container =
                pod.run(
                        "main",
                        """
                        , "mounts": [{"container_path": "/data", "host_path": "%s", %s},
                             {"container_path": "/image", "image": {"image": "%s"},
                              "readonly": true, %s}]
                        """
                                .formatted(volume, mapped, busybox, mapped));

        assertThat(in(container, "stat -c %u:%g /data/mine; touch /data/new; echo >>/data/mine"))
                .isEqualTo("0:0");
        assertThat(in(container, "stat -c %u:%g /image /image/bin/busybox")).isEqualTo("0:0\n0:0");
        assertThat(owner(volume.resolve("mine"))).isZero();
        assertThat(owner(volume.resolve("new"))).isZero();
    }

    @Test
    void aVolumeThatCannotBeMapped_isRefusedByItsPath() throws IOException {
        var pod = new Pod("unmappable", options(""), "");
        var config =
                Configs.containerWith(
                        """
                        , "mounts": [{"container_path": "/data", "host_path": "/proc/tty",
                             "uidMappings": %s, "gidMappings": %s}]
                        """
                                .formatted(MAPPINGS, MAPPINGS),
                        "main",
                        busybox,
                        "true");
        var container = crictl.call("create", pod.id, crictl.file(config), crictl.file(pod.config));

        var outcome = crictl.attempt("start", container);

        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.stderr()).contains("id-map mount /proc/tty: Invalid argument (EINVAL)");
    }

    @Test
    void network_worksInBothDirections_andSysctlsAreThePods() throws IOException {
        var pod =
                new Pod(
                        "network",
                        options(""),
                        """
                        , "sysctls": {"net.ipv4.ip_forward": "1", "kernel.shm_rmid_forced": "1",
                           "fs.mqueue.msg_max": "42"}
                        """);
        var container = pod.run("main", "");
        var address = crictl.podStatus(pod.id).path("network").path("ip").asText();

        assertThat(
                        in(
                                container,
                                "cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shm_rmid_forced"
                                        + " /proc/sys/fs/mqueue/msg_max"))
                .isEqualTo("1\n1\n42");
        assertThat(in(container, "ping -c 1 -W 30 10.83.0.1 | grep -c '1 packets received'"))
                .isEqualTo("1");
        crictl.runContainer(
                pod.id,
                Configs.container(
                        "serves",
                        busybox,
                        "sh",
                        "-c",
                        "while true; do echo hello | nc -l -p 80; done"),
                pod.config);
        var visit = "exec 3<>/dev/tcp/%s/80 && head -n 1 <&3".formatted(address);
        Await.until(
                "the pod answers the node",
                Duration.ofSeconds(60),
                () ->
                        stand.network()
                                .command("bash", "-c", visit)
                                .run()
                                .stdout()
                                .equals("hello\n"));
    }

    @Test
    void sharedPids_andTargets() throws IOException {
        var pod = new Pod("pids", options(", \"pid\": 0"), "");
        var first = pod.run("first", security(", \"pid\": 0"));
        var second = pod.run("second", security(", \"pid\": 0"));

        assertThat(in(second, "ps | grep -c '[s]leep 3600'")).isEqualTo("2");
        var alone = pod.run("alone", security(", \"pid\": 1"));
        var debug =
                pod.run("debug", security(", \"pid\": 3, \"target_id\": \"%s\"".formatted(alone)));
        assertThat(in(debug, "ps | grep -c '[s]leep 3600'")).isEqualTo("2");
        assertThat(in(first, "ps | grep -c '[s]leep 3600'")).isEqualTo("2");
    }

    @Test
    void hostNetwork_isPossible() throws IOException {
        var pod = new Pod("host-network", options(", \"network\": 2"), "");
        var container = pod.run("main", security(", \"network\": 2"));

        assertThat(in(container, "readlink /proc/self/ns/net"))
                .isEqualTo(
                        stand.network()
                                .command("readlink", "/proc/self/ns/net")
                                .run()
                                .stdout()
                                .strip());
        assertThat(in(container, "ls /sys/class/net; id -u")).contains("lo").endsWith("\n0");
    }

    @Test
    void aNewDaemon_goesOnWithThem() throws IOException {
        var pod = new Pod("survives", options(""), "");
        var container = pod.run("main", "");
        var before = crictl.podStatus(pod.id);

        stand.daemon().kill9();
        stand.daemon().startAgain();

        assertThat(crictl.podStatus(pod.id)).isEqualTo(before);
        assertThat(in(container, "id -u; touch /later && stat -c %u /later")).isEqualTo("0\n0");
        var later = pod.run("later", "");
        assertThat(in(later, "head -n 1 /proc/self/uid_map | tr -s ' '"))
                .isEqualTo("0 200000 1000");
    }

    @Test
    void aContainerOfOtherUsers_isRefused() throws IOException {
        var pod = new Pod("differs", options(""), "");
        var config =
                Configs.containerWith(
                        """
                        , "linux": {"security_context": {"namespace_options": {"pid": 1,
                           "userns_options": {"mode": 2}}}}
                        """,
                        "main",
                        busybox,
                        "true");

        var outcome =
                crictl.attempt("create", pod.id, crictl.file(config), crictl.file(pod.config));

        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.stderr()).contains("userns_options of container main are not those of");
    }

    @Test
    void output_isLogged_andExitCodesCome() throws IOException {
        var pod = new Pod("logs", options(""), "");
        var container =
                crictl.runContainer(
                        pod.id,
                        Configs.container("main", busybox, "sh", "-c", "echo out; exit 7"),
                        pod.config);

        Await.until(
                "the container ends",
                Duration.ofSeconds(60),
                () ->
                        crictl.containerStatus(container)
                                .path("state")
                                .asText()
                                .equals("CONTAINER_EXITED"));
        assertThat(crictl.containerStatus(container).path("exitCode").asInt()).isEqualTo(7);
        assertThat(crictl.call("logs", container)).isEqualTo("out");
    }

    /** Namespaces of a pod with its own users. */
    private static String options(String more) {
        var pid = more.contains("\"pid\"") ? "" : ", \"pid\": 1";
        return "{\"userns_options\": {\"mode\": 0, \"uids\": %s, \"gids\": %s}%s%s}"
                .formatted(MAPPINGS, MAPPINGS, pid, more);
    }

    /** The same as a member of a container. */
    private static String security(String more) {
        return ", \"linux\": {\"security_context\": {\"namespace_options\": %s}}"
                .formatted(options(more));
    }

    private static int owner(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:uid");
    }

    private static String in(String container, String script) throws IOException {
        var words = new ArrayList<>(List.of("exec", "-s", container, "sh", "-c", script));
        return crictl.call(words.toArray(String[]::new));
    }

    /** A pod with a user namespace. */
    private static final class Pod {
        private final String config;
        private final String id;

        Pod(String name, String namespaces, String linux) throws IOException {
            config =
                    Configs.pod(
                            name,
                            stand.paths().podLogs(),
                            ", \"linux\": {\"security_context\": {\"namespace_options\": %s} %s}"
                                    .formatted(namespaces, linux));
            id = crictl.runPod(config);
        }

        String run(String name, String extra) throws IOException {
            return crictl.runContainer(
                    id, Configs.containerWith(extra, name, busybox, "sleep", "3600"), config);
        }
    }
}
