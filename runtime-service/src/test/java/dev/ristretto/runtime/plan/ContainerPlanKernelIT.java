// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ristretto.linux.cgroup.DeviceRule;
import dev.ristretto.linux.probe.HostFeatures;
import dev.ristretto.linux.probe.HostFeatures.OverlayMount;
import dev.ristretto.linux.syscall.DeviceNumber;
import dev.ristretto.runtime.shim.ShimException;
import dev.ristretto.runtime.shim.ShimFailureText;
import dev.ristretto.runtime.spec.CapabilityRequest;
import dev.ristretto.runtime.spec.CdiHook;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountConfig.Propagation;
import dev.ristretto.runtime.spec.MountOption;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.ProcessIdentity;
import dev.ristretto.runtime.spec.StdioConfig;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Plans as the kernel takes them: looked at from inside of real containers. */
@Tag("root")
class ContainerPlanKernelIT {
    private final Inputs inputs = new Inputs();

    @TempDir private Path directory;

    @Test
    void aDefaultContainer_hasWhatItIsGivenAndNoMore() throws IOException {
        var before = Files.readString(Path.of("/proc/1/mountinfo"));
        try (var pod = new RealPod(directory, inputs)) {
            var id = pod.start('a');

            assertThat(Files.readString(Path.of("/proc/1/mountinfo"))).isEqualTo(before);
            for (var process : List.of("1", "self")) {
                assertThat(pod.run(id, "cat /proc/" + process + "/status"))
                        .contains("CapBnd:\t00000000a80425fb")
                        .contains("CapEff:\t00000000a80425fb")
                        .contains("CapInh:\t0000000000000000")
                        .contains("Seccomp:\t2")
                        .contains("NoNewPrivs:\t0");
            }
            assertThat(pod.run(id, "cat /proc/self/cgroup").lines())
                    .filteredOn(line -> line.contains(":"))
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith(":/"));
            assertThat(pod.run(id, "cat /etc/hostname /etc/resolv.conf; hostname"))
                    .isEqualTo("the pod's hostname\nthe pod's resolv.conf\nweb-1\n0");
            assertThat(pod.run(id, "echo 1 > /proc/sys/vm/swappiness; echo $?"))
                    .contains("Read-only file system");
            assertThat(pod.run(id, "mkdir /sys/fs/cgroup/x /sys/x"))
                    .contains("Read-only file system")
                    .endsWith("1");
            assertThat(pod.run(id, "mount -t tmpfs none /tmp")).contains("denied");
            assertThat(pod.run(id, "cat /proc/keys /proc/timer_list; ls /sys/firmware"))
                    .isEqualTo("0");
            assertThat(pod.run(id, "ls -d /proc/[0-9]*").lines()).contains("/proc/1").hasSize(3);
            assertThat(pod.run(id, "touch /x /dev/shm/x && umask && ulimit -n"))
                    .isEqualTo("0022\n" + pod.openFiles() + "\n0");
            assertThat(pod.run(id, "mknod /tmp/null c 1 3; mknod /tmp/disk b 8 0; ls /tmp"))
                    .contains("Operation not permitted")
                    .endsWith("null\n0");
            assertThat(pod.run(id, "exec 3<>/dev/ptmx && cat /dev/stdin > /dev/null"))
                    .isEqualTo("0");
        }
        assertThat(Files.readString(Path.of("/proc/1/mountinfo"))).isEqualTo(before);
    }

    @Test
    void hooks_seeTheHostAndTheContainer_andWhatTheyMountStaysInIt() throws IOException {
        var before = Files.readString(Path.of("/proc/1/mountinfo"));
        inputs.directory(Files.createDirectory(directory.resolve("vol")).toString(), "/vol");
        inputs.shellHook(CdiHook.Kind.CREATE_CONTAINER, createHook());
        inputs.shellHook(
                CdiHook.Kind.START_CONTAINER, "cat >/state; id -u >/uid; cp /vol/host /started");
        try (var pod = new RealPod(directory, inputs)) {
            var id = pod.start('a');

            assertThat(Files.readString(Path.of("/proc/1/mountinfo"))).isEqualTo(before);
            var bundle = directory.resolve("containers/a/bundle");
            assertThat(Files.readString(directory.resolve("vol/state")))
                    .isEqualTo(
                            ("{'ociVersion':'1.2.0','id':'%s','status':'creating','pid':1,'bundle':'"
                                            + bundle
                                            + "','annotations':{'a/b':'c'}}")
                                    .formatted(Inputs.ID)
                                    .replace('\'', '"'));
            assertThat(pod.run(id, "cat /state"))
                    .contains("\"status\":\"created\",\"pid\":1,\"bundle\":\"" + bundle + '"');
            assertThat(pod.run(id, "cat /link /uid /started; cat /mounted/file"))
                    .isEqualTo("of the image\n0\nof the host\nmounted\n0");
            assertThat(pod.run(id, "busybox cut -d' ' -f5 /proc/self/mountinfo").lines())
                    .noneMatch(point -> point.startsWith(directory.toString()))
                    .contains("/vol", "/mounted");
            assertThat(pod.run(id, "ls -d " + directory)).endsWith("1");
            assertThat(bundle.resolve("rootfs")).isEmptyDirectory();
        }
    }

    private String createHook() throws IOException {
        Files.createDirectories(directory.resolve("image"));
        Files.writeString(directory.resolve("image/target"), "of the image\n");
        var file = Files.writeString(directory.resolve("host"), "of the host\n");
        var root = directory.resolve("containers/a/bundle/rootfs");
        return "set -e; cat >%1$s/vol/state; ln -s target %1$s/link; cp %2$s %1$s/vol/host;"
                        .formatted(root, file)
                + "mkdir %1$s/mounted; mount -t tmpfs none %1$s/mounted; mount -t tmpfs none /srv;"
                        .formatted(root)
                + "echo mounted >%1$s/mounted/file; test -e %1$s/proc/self".formatted(root);
    }

    @Test
    void aHookThatFails_failsTheStartWithItsWords_andLeavesNothing() throws IOException {
        inputs.shellHook(CdiHook.Kind.CREATE_CONTAINER, "echo no such GPU >&2; exit 7");
        try (var pod = new RealPod(directory, inputs)) {
            assertThatThrownBy(() -> pod.start('a'))
                    .isInstanceOfSatisfying(
                            ShimException.class,
                            e ->
                                    assertThat(ShimFailureText.text(e))
                                            .isEqualTo(
                                                    "run createContainer hook /bin/busybox: it"
                                                            + " exited with code 7 [no such GPU];"
                                                            + " see what the hook says, and the CDI"
                                                            + " specification it is of"));
            inputs.hooks.clear();
            inputs.hook(CdiHook.Kind.START_CONTAINER, "/nonexistent");
            assertThatThrownBy(() -> pod.start('b'))
                    .isInstanceOfSatisfying(
                            ShimException.class,
                            e ->
                                    assertThat(ShimFailureText.text(e))
                                            .startsWith(
                                                    "run startContainer hook /nonexistent: No such"
                                                            + " file or directory (ENOENT);"));
        }
    }

    @Test
    void containersOfAPod_shareShmAndPidsIfAsked() throws IOException {
        inputs.podPid = NamespaceMode.POD;
        inputs.pid = NamespaceMode.POD;
        try (var pod = new RealPod(directory, inputs)) {
            var first = pod.start('a');
            var second = pod.start('b');

            pod.run(first, "echo shared > /dev/shm/file");
            assertThat(pod.run(second, "cat /dev/shm/file")).isEqualTo("shared\n0");
            assertThat(pod.run(second, "ps | grep -c '[s]leep 60'")).isEqualTo("2\n0");

            inputs.pid = NamespaceMode.CONTAINER;
            var third = pod.start('c');
            assertThat(pod.run(third, "ps | grep -c '[s]leep 60'")).isEqualTo("1\n0");
        }
    }

    @Test
    void anUnprivilegedUser_ownsItsStandardStreams() throws IOException {
        inputs.identity = new ProcessIdentity(1000, 2000, List.of(2000L, 3000L));
        inputs.noNewPrivs = true;
        inputs.workingDir = "/made/for/it";
        inputs.capabilities =
                new CapabilityRequest(List.of(), List.of("ALL"), List.of("NET_BIND_SERVICE"));
        try (var pod = new RealPod(directory, inputs)) {
            var id = pod.start('a');

            assertThat(pod.run(id, "id -u; id -g; id -G; pwd; echo out > /dev/stdout"))
                    .isEqualTo("1000\n2000\n2000 3000\n/made/for/it\nout\n0");
            assertThat(pod.run(id, "cat /proc/self/status"))
                    .contains("CapBnd:\t0000000000000400")
                    .contains("CapEff:\t0000000000000400")
                    .contains("CapAmb:\t0000000000000400")
                    .contains("NoNewPrivs:\t1")
                    .contains("Seccomp:\t2");
        }
    }

    @Test
    void aReadOnlyRoot_hasWritableVolumesAndMounts() throws IOException {
        var outer = Files.createDirectories(directory.resolve("outer"));
        var file = Files.writeString(directory.resolve("file"), "of the host\n");
        Files.createDirectories(directory.resolve("image/var/lib/db"));
        Files.writeString(directory.resolve("image/var/lib/db/seed"), "of the image\n");
        inputs.readonlyRootfs = true;
        inputs.volumes = Set.of("/var/lib/db");
        inputs.directory(outer.toString(), "/data")
                .mount(outer.toString(), "/ro", true, false, Propagation.PRIVATE, true)
                .mount(outer.toString(), "/rro", true, true, Propagation.PRIVATE, true)
                .mount(file.toString(), "/etc/hosts", false, false, Propagation.PRIVATE, false);
        try (var pod = new RealPod(directory, inputs)) {
            var id = pod.start('a');

            assertThat(pod.run(id, "touch /x /ro/x /rro/x /etc/resolv.conf").lines())
                    .hasSize(5)
                    .filteredOn(line -> line.contains("Read-only file system"))
                    .hasSize(4);
            assertThat(pod.run(id, "touch /data/x /var/lib/db/x /dev/shm/x /dev/x")).isEqualTo("0");
            assertThat(pod.run(id, "cat /etc/hosts /var/lib/db/seed"))
                    .isEqualTo("of the host\nof the image\n0");
        }
        assertThat(outer.resolve("x")).exists();
    }

    @ParameterizedTest
    @EnumSource(names = {"LOWERDIR_PLUS", "ONE_PAGE"})
    void anImage_isMountedReadOnly_wholeOrInPart(OverlayMount overlay) throws IOException {
        var base = Files.createDirectories(directory.resolve("volume/base/etc/app"));
        Files.writeString(base.resolve("conf"), "of the image\n");
        Files.copy(Path.of("/bin/busybox"), directory.resolve("volume/base/busybox"));
        inputs.image("/all", volume(1), "/", true)
                .image("/part", volume(2), "/etc/app", true)
                .image("/etc/one", volume(3), "/etc/app/conf", false);
        try (var pod = new RealPod(directory, inputs)) {
            assumeTrue(
                    overlay == OverlayMount.ONE_PAGE || pod.features().overlay() == overlay,
                    "this kernel does not take layers one by one (Linux 6.7)");
            var id = pod.start('a', withOverlay(pod.features(), overlay));

            assertThat(pod.run(id, "cat /all/etc/app/conf /part/conf /etc/one"))
                    .isEqualTo("of the image\n".repeat(3) + "0");
            assertThat(pod.run(id, "/all/busybox true; cd /part && touch x"))
                    .contains("Read-only file system")
                    .endsWith("1");
            assertThat(pod.run(id, "touch /all/x; mount -o remount,rw /all")).endsWith("1");
            assertThat(pod.run(id, "ls /part; ls /all")).isEqualTo("conf\nbusybox\netc\n0");
            assertThat(pod.run(id, "grep ' /all ' /proc/mounts"))
                    .contains(" /all overlay ro,nosuid,nodev");
        }
        assertThat(volume(1).getFirst()).isEmptyDirectory();
    }

    /** The layers of a volume: a directory of its own over the image's. */
    private List<Path> volume(int number) throws IOException {
        var own = Files.createDirectories(directory.resolve("volume/" + number));
        return List.of(own, directory.resolve("volume/base"));
    }

    @Test
    void aDevice_hasTheOwnerAndTheModeItWasFoundWith() throws IOException {
        inputs.devices.add(
                new ResolvedDevice(
                        "/dev/zero",
                        "/dev/dri/card",
                        DeviceRule.Kind.CHARACTER,
                        new DeviceNumber(1, 5),
                        new ResolvedDevice.Node(0640, 1000, 44),
                        "rwm"));
        try (var pod = new RealPod(directory, inputs)) {
            var id = pod.start('a');

            assertThat(pod.run(id, "stat -c '%u:%g %a %t:%T' /dev/dri/card /dev/null"))
                    .isEqualTo("1000:44 640 1:5\n0:0 666 1:3\n0");
            assertThat(pod.run(id, "head -c 2 /dev/dri/card | wc -c")).isEqualTo("2\n0");
        }
    }

    @Test
    void mountOptions_areAttributesOfTheMount() throws IOException {
        var data = Files.createDirectories(directory.resolve("data"));
        Files.copy(Path.of("/bin/busybox"), data.resolve("busybox"));
        inputs.mounts.add(
                new ResolvedMount(
                        new MountConfig(
                                "/data",
                                data.toString(),
                                false,
                                false,
                                Propagation.PRIVATE,
                                Optional.empty(),
                                List.of(
                                        MountOption.NOEXEC,
                                        MountOption.NODEV,
                                        MountOption.NOSUID,
                                        MountOption.NOATIME)),
                        true));
        try (var pod = new RealPod(directory, inputs)) {
            var id = pod.start('a');

            assertThat(pod.run(id, "grep ' /data ' /proc/mounts"))
                    .contains("rw,nosuid,nodev,noexec,noatime");
            assertThat(pod.run(id, "/data/busybox true")).contains("Permission denied");
            assertThat(pod.run(id, "touch /data/x")).isEqualTo("0");
        }
    }

    private static HostFeatures withOverlay(HostFeatures features, OverlayMount overlay) {
        return new HostFeatures(
                overlay,
                features.recursiveReadOnly(),
                features.seccompFilter(),
                features.seccompLibrary(),
                features.sysResource(),
                features.cgroupMode());
    }

    @Test
    void aPrivilegedContainer_seesTheHostsCgroupsAndAllItsCapabilities() throws IOException {
        inputs.privileged = true;
        try (var pod = new RealPod(directory, inputs)) {
            var id = pod.start('a');

            assertThat(pod.run(id, "cat /proc/self/status")).contains("Seccomp:\t0");
            assertThat(pod.run(id, "cat /proc/self/cgroup")).contains("/ristretto-plan-");
            assertThat(pod.run(id, "mount -t tmpfs none /tmp")).isEqualTo("0");
            assertThat(pod.run(id, "ls /sys/fs/cgroup")).isEqualTo(hostCgroups() + "0");
        }
    }

    @Test
    void aTerminal_isTheConsole() throws IOException {
        inputs.stdio = new StdioConfig(true, false, true);
        try (var pod = new RealPod(directory, inputs)) {
            var id = pod.start('a');

            assertThat(pod.runOnATerminal(id, "tty; stty size; echo $TERM"))
                    .isEqualTo("/dev/pts/1\r\n30 90\r\nxterm\r\n0");
            assertThat(pod.run(id, "ls -l /proc/1/fd/0")).contains("/dev/pts/0");
            assertThat(pod.run(id, "mount")).contains(" on /dev/console type devpts");
        }
    }

    @Test
    void theHostsNamespaces_areGivenIfAsked() throws IOException {
        inputs.network = NamespaceMode.NODE;
        inputs.ipc = NamespaceMode.NODE;
        inputs.podPid = NamespaceMode.NODE;
        inputs.pid = NamespaceMode.NODE;
        try (var pod = new RealPod(directory, inputs)) {
            var id = pod.start('a');

            for (var name : List.of("net", "ipc", "uts", "pid")) {
                assertThat(pod.run(id, "readlink /proc/self/ns/" + name))
                        .isEqualTo(
                                Files.readSymbolicLink(Path.of("/proc/self/ns/" + name)) + "\n0");
            }
        }
    }

    @Test
    void theFallbackForOldKernels_mountsTheSameRoot() throws IOException {
        try (var pod = new RealPod(directory, inputs)) {
            var id = pod.start('a', pod.featuresOfAnOldKernel());

            assertThat(pod.run(id, "mount | grep ' / '")).contains("type overlay");
            assertThat(pod.run(id, "touch /written")).isEqualTo("0");
        }
        assertThat(directory.resolve("containers/a/upper/written")).exists();
    }

    private static String hostCgroups() throws IOException {
        try (var entries = Files.list(Path.of("/sys/fs/cgroup"))) {
            return String.join(
                    "", entries.map(path -> path.getFileName() + "\n").sorted().toList());
        }
    }
}
