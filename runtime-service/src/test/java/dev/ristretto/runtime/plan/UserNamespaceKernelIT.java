// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.runtime.shim.ShimException;
import dev.ristretto.runtime.shim.ShimFailureText;
import dev.ristretto.runtime.spec.CdiHook;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountConfig.Propagation;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.ProcessIdentity;
import dev.ristretto.runtime.spec.StdioConfig;
import dev.ristretto.runtime.spec.UserNamespace;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** Plans of pods with user namespaces as the kernel takes them. */
@Tag("root")
class UserNamespaceKernelIT {
    private static final IdMap IDS =
            new IdMap(
                    List.of(
                            new IdMap.Range(0, 100_000, 1000),
                            new IdMap.Range(1000, 300_000, 64_536)));

    private final Inputs inputs = new Inputs();

    @TempDir private Path directory;

    @BeforeEach
    void haveOne() throws IOException {
        inputs.users = Optional.of(new UserNamespace(NamespaceMode.POD, IDS));
        // The way to the container's root must be searchable for who is nobody here.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    }

    @Test
    void aDefaultContainer_isRootInsideAndNobodyOutside() throws IOException {
        var before = Files.readString(Path.of("/proc/1/mountinfo"));
        try (var pod = new RealPod(directory, inputs)) {
            var missing = pod.support().missing();
            assumeTrue(missing.isEmpty(), missing); // tmpfs, before Linux 6.3
            var id = pod.start('a');

            assertThat(Files.readString(Path.of("/proc/1/mountinfo"))).isEqualTo(before);
            assertThat(pod.run(id, "cat /proc/self/uid_map | tr -s ' '"))
                    .isEqualTo(" 0 100000 1000\n 1000 300000 64536\n0");
            assertThat(pod.run(id, "cat /proc/self/status"))
                    .contains("Uid:\t0\t0\t0\t0")
                    .contains("CapBnd:\t00000000a80425fb")
                    .contains("CapEff:\t00000000a80425fb")
                    .contains("Seccomp:\t2");
            assertThat(pod.run(id, "ls -ln /bin/busybox | cut -d' ' -f1-20 | tr -s ' '"))
                    .contains(" 1 0 0 ");
            assertThat(pod.run(id, "touch /x /dev/shm/x && echo x >/dev/null && ls /dev/mqueue"))
                    .isEqualTo("0");
            assertThat(pod.run(id, "mkdir /sys/fs/cgroup/x /sys/x"))
                    .contains("Read-only file system");
            assertThat(pod.run(id, "cat /etc/hostname; hostname; ulimit -Sn"))
                    .startsWith("the pod's hostname\nweb-1\n" + pod.openFiles());
        }
        assertThat(Files.getAttribute(directory.resolve("containers/a/upper/x"), "unix:uid"))
                .isEqualTo(100_000);
        assertThat(Files.getAttribute(directory.resolve("image/bin/busybox"), "unix:uid"))
                .isEqualTo(0);
    }

    @Test
    void hooks_areOfThePodsRoot_andSeeTheContainersRoot() throws IOException {
        var root = directory.resolve("containers/a/bundle/rootfs");
        inputs.shellHook(
                CdiHook.Kind.CREATE_CONTAINER,
                "set -e; id -u >%1$s/uid; ln -s uid %1$s/link; mkdir %1$s/m;".formatted(root)
                        + "mount -t tmpfs none %1$s/m; echo mounted >%1$s/m/file".formatted(root));
        try (var pod = new RealPod(directory, inputs)) {
            var missing = pod.support().missing();
            assumeTrue(missing.isEmpty(), missing); // tmpfs, before Linux 6.3
            var id = pod.start('a');

            assertThat(pod.run(id, "cat /link /m/file; stat -c %u /uid"))
                    .isEqualTo("0\nmounted\n0\n0");
        }
        assertThat(Files.getAttribute(directory.resolve("containers/a/upper/uid"), "unix:uid"))
                .isEqualTo(100_000);
    }

    @Test
    void anotherUser_isMappedToo_andOwnsItsTerminal() throws IOException {
        inputs.identity = new ProcessIdentity(1000, 2000, List.of(2000L, 3000L));
        inputs.stdio = new StdioConfig(true, false, true);
        try (var pod = new RealPod(directory, inputs)) {
            var id = pod.start('a');

            assertThat(pod.run(id, "id -u; id -G; echo out > /dev/stdout"))
                    .isEqualTo("1000\n2000 3000\nout\n0");
            assertThat(pod.runOnATerminal(id, "ls -ln $(tty) | tr -s ' '"))
                    .startsWith("crw--w---- 1 1000 5 ");
            assertThat(pod.run(id, "ls -ln /dev/console | tr -s ' '")).contains(" 1000 5 ");
        }
    }

    @Test
    void volumes_areMappedAsAsked() throws IOException {
        var mapped = Files.createDirectory(directory.resolve("mapped"));
        var plain = Files.createDirectory(directory.resolve("plain"));
        inputs.mounts.add(
                new ResolvedMount(
                        new MountConfig(
                                "/mapped",
                                mapped.toString(),
                                false,
                                false,
                                Propagation.PRIVATE,
                                Optional.empty(),
                                List.of(),
                                IDS),
                        true));
        inputs.directory(plain.toString(), "/plain");
        try (var pod = new RealPod(directory, inputs)) {
            var id = pod.start('a');

            assertThat(pod.run(id, "touch /mapped/x && touch /plain/x"))
                    .contains("/plain/x: Permission denied");
        }
        assertThat(Files.getAttribute(mapped.resolve("x"), "unix:uid")).isEqualTo(0);
    }

    @Test
    void aFileSystemThatCannotBeMapped_isNamed() throws IOException {
        inputs.mounts.add(
                new ResolvedMount(
                        new MountConfig(
                                "/data",
                                "/proc/tty",
                                false,
                                false,
                                Propagation.PRIVATE,
                                Optional.empty(),
                                List.of(),
                                IDS),
                        true));
        try (var pod = new RealPod(directory, inputs)) {
            assertThatThrownBy(() -> pod.start('a'))
                    .isInstanceOfSatisfying(
                            ShimException.class,
                            e ->
                                    assertThat(ShimFailureText.text(e))
                                            .startsWith("id-map mount /proc/tty: Invalid argument")
                                            .contains("cannot be id-mapped"));
        }
    }

    @Test
    void sharedPids_inTheHostsNetwork() throws IOException {
        inputs.network = NamespaceMode.NODE;
        inputs.podPid = NamespaceMode.POD;
        inputs.pid = NamespaceMode.POD;
        try (var pod = new RealPod(directory, inputs)) {
            var first = pod.start('a');
            var second = pod.start('b');

            assertThat(pod.run(second, "ps | grep -c '[s]leep 60'")).isEqualTo("2\n0");
            assertThat(pod.run(first, "readlink /proc/self/ns/net"))
                    .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")) + "\n0");
            assertThat(pod.run(first, "mkdir /sys/x; ls /sys/fs/cgroup | wc -l"))
                    .contains("Read-only file system");
        }
    }

    @Test
    void aTargetsPids_areSeen() throws IOException {
        try (var pod = new RealPod(directory, inputs)) {
            var target = pod.start('a');
            inputs.pid = NamespaceMode.TARGET;
            inputs.targetId = target.value();
            var debug = pod.start('b');

            assertThat(pod.run(debug, "ps | grep -c '[s]leep 60'")).isEqualTo("2\n0");
            assertThat(pod.run(target, "ps | grep -c '[s]leep 60'")).isEqualTo("2\n0");
        }
    }

    @Test
    void theFallbackForOldKernels_mountsTheSameRoot() throws IOException {
        try (var pod = new RealPod(directory, inputs)) {
            var id = pod.start('a', pod.featuresOfAnOldKernel());

            assertThat(pod.run(id, "ls -ldn /bin / | tr -s ' ' | cut -d' ' -f3,4"))
                    .isEqualTo("0 0\n0 0\n0");
            assertThat(pod.run(id, "touch /written")).isEqualTo("0");
        }
    }
}
