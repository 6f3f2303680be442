// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.unpack.TarBuilder;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** What only root sees. */
@Tag("root")
class ImageStoresKernelIT {
    private static final int MS_REC = 0x4000;
    private static final int MS_PRIVATE = 0x40000;

    private final LinuxSyscalls linux = LinuxSyscalls.load();

    @TempDir Path temporary;

    @Test
    void import_onAFullDisk_isExhausted_andLeavesNothing() throws Exception {
        var random = new byte[5_000_000];
        new Random(1).nextBytes(random);
        var large = ImageFixture.gzip("large", new TarBuilder().file("f", random, _ -> {}).build());
        var small = ImageFixture.gzip("small", new TarBuilder().file("f", "small").build());
        var full = Files.createDirectory(temporary.resolve("full"));

        inOwnMountNamespace(
                () -> {
                    linux.mount("tmpfs", full.toString(), "tmpfs", 0, "size=2m");
                    var fixture = new StoresFixture(full);
                    try (var stores = fixture.open()) {
                        small.importInto(stores.imports(), "small:1");

                        assertThatThrownBy(() -> large.importInto(stores.imports(), "large:1"))
                                .hasMessageStartingWith("unpack layer sha256:")
                                .hasMessageContaining("No space left on device (ENOSPC)")
                                .hasMessageContaining("remove images or free space")
                                .extracting(e -> ((RuntimeFault) e).kind())
                                .isEqualTo(FaultKind.EXHAUSTED);

                        assertThat(fixture.hidden()).isEmpty();
                        assertThat(fixture.layers()).containsExactly(small.diffId(0).hex());
                        assertThat(stores.images().list()).hasSize(1);
                        stores.snapshots().prepare("c1", small.id());
                    }
                    return null;
                });
    }

    @Test
    void capabilities_ofAProgram_surviveItsOwnersChange() throws Exception {
        // VFS_CAP_REVISION_2, effective, cap_setuid: one of its bytes is above 127.
        var capability =
                new byte[] {1, 0, 0, 2, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        var tar = temporary.resolve("layer.tar");
        var directory = Files.createDirectory(temporary.resolve("source"));
        var program = Files.writeString(directory.resolve("program"), "#!");
        linux.fchownat(FileFlags.AT_FDCWD, program.toString(), 7, 8, 0);
        linux.lsetxattr(program.toString(), "security.capability", capability, 0);
        Tools.run(
                "tar",
                "--xattrs",
                "--xattrs-include=*",
                "-C",
                directory.toString(),
                "-cf",
                tar.toString(),
                ".");
        var image = ImageFixture.gzip("x", Files.readAllBytes(tar));
        var fixture = new StoresFixture(temporary.resolve("state"));
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), "app:1");
        }

        var unpacked = fixture.layer(image.diffId(0).hex()).resolve("program").toString();
        var status = linux.statx(FileFlags.AT_FDCWD, unpacked, 0);
        assertThat(linux.lgetxattr(unpacked, "security.capability")).isEqualTo(capability);
        assertThat(status.uid()).isEqualTo(7);
        assertThat(status.gid()).isEqualTo(8);
    }

    @Test
    void attributes_ofOverlayAndSelinux_areLeftOut() throws Exception {
        var image =
                ImageFixture.plain(
                        "x",
                        new TarBuilder()
                                .entry(
                                        "dir",
                                        TarConstants.LF_DIR,
                                        new byte[0],
                                        e -> {
                                            xattr(e, "trusted.overlay.opaque", "y");
                                            xattr(e, "trusted.overlay.redirect", "/etc");
                                            xattr(e, "security.selinux", "label");
                                            xattr(e, "trusted.mine", "kept");
                                        })
                                .build());
        var fixture = new StoresFixture(temporary.resolve("state"));
        try (var stores = fixture.open()) {
            image.importInto(stores.imports(), "app:1");
        }

        assertThat(linux.llistxattr(fixture.layer(image.diffId(0).hex()) + "/dir"))
                .contains("trusted.mine")
                .noneMatch(name -> name.startsWith("trusted.overlay."))
                .doesNotContain("security.selinux");
    }

    private static void xattr(TarArchiveEntry entry, String name, String value) {
        entry.addPaxHeader("SCHILY.xattr." + name, value);
    }

    /** Unsharing is for one thread, so it gets a thread that ends with it. */
    private void inOwnMountNamespace(Callable<Void> body) throws Exception {
        var task =
                new FutureTask<>(
                        () -> {
                            linux.unshare(ProcessFlags.CLONE_NEWNS);
                            linux.mount("none", "/", "none", MS_REC | MS_PRIVATE, "");
                            return body.call();
                        });
        Thread.ofPlatform().name("own-mount-namespace").start(task);
        task.get();
    }
}
