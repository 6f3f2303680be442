// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;
import dev.ristretto.linux.syscall.SyscallException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Executors;

@Tag("root")
final class NamespaceThreadKernelIT {
    private static final LinuxSyscalls LINUX = LinuxSyscalls.load();
    private static final int NEWNET = ProcessFlags.CLONE_NEWNET;

    @Test
    void callInNew_leavesTheCallerWhereItWas() throws IOException {
        var before = ownNetwork();

        var inside = NamespaceThread.callInNew(LINUX, NEWNET, NamespaceThreadKernelIT::ownNetwork);

        assertThat(inside).isNotEqualTo(before);
        assertThat(ownNetwork()).isEqualTo(before);
    }

    @Test
    void callIn_joinsTheNamespaceHeldOpen() throws IOException {
        var name = new Path[1];
        try (var held =
                NamespaceThread.callInNew(
                        LINUX,
                        NEWNET,
                        () -> {
                            name[0] = ownNetwork();
                            return Fd.open(LINUX, NamespaceThread.OWN_NETWORK, FileFlags.O_RDONLY);
                        })) {
            var again =
                    NamespaceThread.callIn(
                            LINUX, held.number(), NEWNET, NamespaceThreadKernelIT::ownNetwork);

            assertThat(again).isEqualTo(name[0]);
        }
    }

    @Test
    void virtualThreads_neverSeeTheNamespaceOfAnother() throws Exception {
        var before = ownNetwork();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                var inside =
                        threads.submit(
                                () ->
                                        NamespaceThread.callInNew(
                                                LINUX,
                                                NEWNET,
                                                NamespaceThreadKernelIT::ownNetwork));
                var outside = threads.submit(NamespaceThreadKernelIT::ownNetwork);

                assertThat(inside.get()).isNotEqualTo(before);
                assertThat(outside.get()).isEqualTo(before);
            }
        }
    }

    @Test
    void namespaceOfAnotherType_isRefused() {
        assertThatThrownBy(
                        () ->
                                NamespaceThread.callIn(
                                        LINUX, Path.of("/proc/self/ns/uts"), NEWNET, () -> 0))
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
                .hasMessageContaining("uts");
    }

    @Test
    void failureInside_reachesTheCaller() {
        assertThatThrownBy(
                        () ->
                                NamespaceThread.callInNew(
                                        LINUX,
                                        NEWNET,
                                        () -> {
                                            throw new NoSuchFileException("x");
                                        }))
                .isInstanceOf(NoSuchFileException.class);
    }

    private static Path ownNetwork() throws IOException {
        return Files.readSymbolicLink(NamespaceThread.OWN_NETWORK);
    }
}
