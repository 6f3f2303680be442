// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FaultyLinuxSyscalls;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class DeleteTreeTest {
    private final LinuxSyscalls linux = LinuxSyscalls.load();

    @TempDir Path temporary;
    private Path guard;
    private Path victim;

    @BeforeEach
    void makeTree() throws IOException {
        guard = temporary.toRealPath().resolve("guard");
        victim = guard.resolve("victim");
        Files.createDirectories(victim.resolve("a/b/c"));
        Files.writeString(victim.resolve("a/b/file"), "content");
    }

    @Test
    void below_aTree_deletesAllOfIt() throws Exception {
        DeleteTree.below(linux, guard, victim);

        assertThat(guard).isEmptyDirectory();
    }

    @Test
    void below_whatIsGone_isFine() throws Exception {
        DeleteTree.below(linux, guard, guard.resolve("never/was"));

        assertThat(victim).isDirectory();
    }

    @Test
    void below_aSymbolicLink_deletesTheLinkOnly() throws Exception {
        var outside = Files.createDirectory(temporary.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "kept");
        Files.createSymbolicLink(victim.resolve("a/out"), outside);
        Files.createSymbolicLink(guard.resolve("link"), outside);

        DeleteTree.below(linux, guard, guard.resolve("link"));
        DeleteTree.below(linux, guard, victim);

        assertThat(outside.resolve("kept")).hasContent("kept");
        assertThat(guard).isEmptyDirectory();
    }

    @Test
    void below_aParentThatIsASymbolicLink_refuses() throws Exception {
        var outside = temporary.resolve("outside");
        Files.createDirectories(outside.resolve("dir"));
        Files.createSymbolicLink(guard.resolve("link"), outside);

        assertThatThrownBy(() -> DeleteTree.below(linux, guard, guard.resolve("link/dir")))
                .hasMessageContaining("guard/link: Not a directory");
        assertThat(outside.resolve("dir")).isDirectory();
    }

    @Test
    void below_aVictimOutsideTheGuard_refuses() {
        assertThatThrownBy(() -> DeleteTree.below(linux, guard, temporary))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DeleteTree.below(linux, guard, guard))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DeleteTree.below(linux, guard, guard.resolve("../outside")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(victim).isDirectory();
    }

    @Test
    void below_directoriesWithoutPermissions_deletesThem() throws Exception {
        Files.setPosixFilePermissions(
                victim.resolve("a/b"), PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(
                victim.resolve("a"), PosixFilePermissions.fromString("r-x------"));

        DeleteTree.below(linux, guard, victim);

        assertThat(guard).isEmptyDirectory();
    }

    @Test
    void below_aTreeDeeperThanPathMax_deletesIt() throws Exception {
        var name = "d".repeat(100);
        var directory = Fd.open(linux, victim, FileFlags.O_RDONLY | FileFlags.O_DIRECTORY);
        for (int depth = 0; depth < 500; depth++) {
            linux.mkdirat(directory.number(), name, 0755);
            int flags = FileFlags.O_RDONLY | FileFlags.O_DIRECTORY;
            var next = Fd.owned(linux, linux.openat(directory.number(), name, flags, 0));
            directory.close();
            directory = next;
        }
        directory.close();

        DeleteTree.below(linux, guard, victim);

        assertThat(guard).isEmptyDirectory();
    }

    @Test
    void below_aWideDirectory_deletesAllOfIt() throws Exception {
        for (int i = 0; i < 3000; i++) {
            Files.createFile(victim.resolve("a/file-with-a-rather-long-name-" + i));
        }

        DeleteTree.below(linux, guard, victim);

        assertThat(guard).isEmptyDirectory();
    }

    @Test
    void below_whenACallFails_saysSoAndTheNextAttemptFinishes() throws Exception {
        boolean tripped = true;
        for (int n = 1; tripped; n++) {
            makeTree();
            var faulty = FaultyLinuxSyscalls.failing(linux, n, Errno.EIO);
            try {
                DeleteTree.below(faulty.syscalls(), guard, victim);
                assertThat(faulty.tripped()).isFalse();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("EIO");
            }
            tripped = faulty.tripped();

            DeleteTree.below(linux, guard, victim);
            assertThat(guard).isEmptyDirectory();
        }
    }

    @Test
    void diskUsage_countsAFileWithTwoNamesOnce() throws Exception {
        Files.write(victim.resolve("a/big"), new byte[100_000]);
        long before = DiskUsage.of(linux, victim).bytes();

        Files.createLink(victim.resolve("a/big-too"), victim.resolve("a/big"));
        var usage = DiskUsage.of(linux, victim);

        assertThat(usage.bytes()).isEqualTo(before).isGreaterThanOrEqualTo(100_000);
        assertThat(usage.inodes()).isEqualTo(6); // victim, a, b, c, file, big
    }
}
