// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

@Tag("root")
class DeleteTreeKernelIT {
    private static final int MS_BIND = 0x1000;
    private static final int MS_REC = 0x4000;
    private static final int MS_PRIVATE = 0x40000;

    private final LinuxSyscalls linux = LinuxSyscalls.load();

    @TempDir Path temporary;

    @Test
    void below_immutableFilesAndDirectories_deletesThem() throws Exception {
        var victim = temporary.resolve("victim");
        Files.createDirectories(victim.resolve("dir"));
        var file = Files.writeString(victim.resolve("dir/file"), "immutable");
        setFlags(file, FileFlags.FS_IMMUTABLE_FL);
        setFlags(victim.resolve("dir"), FileFlags.FS_IMMUTABLE_FL);
        setFlags(victim, FileFlags.FS_APPEND_FL);

        DeleteTree.below(linux, temporary, victim);

        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void below_aTreeWithAMountInIt_leavesWhatIsMounted() throws Exception {
        var other = Files.createDirectory(temporary.resolve("other"));
        Files.writeString(other.resolve("kept"), "kept");
        var guard = Files.createDirectory(temporary.resolve("guard"));
        var victim = guard.resolve("victim");
        Files.createDirectories(victim.resolve("mounted"));

        inOwnMountNamespace(
                () -> {
                    linux.mount("none", "/", "none", MS_REC | MS_PRIVATE, "");
                    linux.mount(
                            other.toString(),
                            victim.resolve("mounted").toString(),
                            "none",
                            MS_BIND,
                            "");
                    assertThatThrownBy(() -> DeleteTree.below(linux, guard, victim))
                            .hasMessageContaining("mounted")
                            .hasMessageContaining("EXDEV");
                    return null;
                });

        assertThat(other.resolve("kept")).hasContent("kept");
    }

    private void setFlags(Path file, int flags) throws Exception {
        try (var open = Fd.open(linux, file, FileFlags.O_RDONLY)) {
            linux.setInodeFlags(open.number(), linux.inodeFlags(open.number()) | flags);
        }
    }

    /** Unsharing is for one thread, so it gets a thread that ends with it. */
    private void inOwnMountNamespace(Callable<Void> body) throws Exception {
        var task =
                new FutureTask<>(
                        () -> {
                            linux.unshare(ProcessFlags.CLONE_NEWNS);
                            return body.call();
                        });
        Thread.ofPlatform().name("own-mount-namespace").start(task);
        task.get();
    }
}
