// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image;

import dev.ristretto.image.catalog.ImageCatalog.DiskSync;
import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * One syncfs(2) for an image instead of an fsync(2) for each of its files. Administrators may mount
 * one of the directories from elsewhere, so both are synced if they are not on one file system.
 */
final class FileSystemSync implements DiskSync {
    private final LinuxSyscalls linux;
    private final List<Path> directories;

    FileSystemSync(LinuxSyscalls linux, Path stateDir) {
        this.linux = linux;
        this.directories = List.of(stateDir.resolve("images"), stateDir.resolve("layers"));
    }

    @Override
    public void run() throws IOException {
        var device = "";
        for (var directory : directories) {
            int flags = FileFlags.O_RDONLY | FileFlags.O_DIRECTORY;
            try (var open = Fd.open(linux, directory, flags)) {
                var status = linux.statx(open.number(), "", FileFlags.AT_EMPTY_PATH);
                if (!status.device().toString().equals(device)) {
                    linux.syncfs(open.number());
                    device = status.device().toString();
                }
            }
        }
    }
}
