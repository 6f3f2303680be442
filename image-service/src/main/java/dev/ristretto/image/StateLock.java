// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * That no two daemons share a state directory: each would take the other's downloads for garbage.
 * The kernel gives the lock back when the process ends, however it ends.
 */
final class StateLock implements AutoCloseable {
    private final Fd file;

    private StateLock(Fd file) {
        this.file = file;
    }

    static StateLock take(LinuxSyscalls linux, Path stateDir) throws IOException {
        if (!Files.isDirectory(stateDir)) {
            Files.createDirectories(stateDir);
            // The root of a user namespace must get to the layers below.
            Files.setPosixFilePermissions(stateDir, PosixFilePermissions.fromString("rwx--x--x"));
        }
        var path = stateDir.resolve("images.lock");
        int flags = FileFlags.O_RDWR | FileFlags.O_CREAT | FileFlags.O_CLOEXEC;
        var file = Fd.owned(linux, linux.openat(FileFlags.AT_FDCWD, path.toString(), flags, 0600));
        try {
            linux.flock(file.number(), FileFlags.LOCK_EX | FileFlags.LOCK_NB);
            return new StateLock(file);
        } catch (SyscallException e) {
            file.close();
            if (e.is(Errno.EAGAIN)) {
                throw RuntimeFault.busy(
                        "open image store %s: another process has it open (%s is locked); stop"
                                + " that one or set another stateDir",
                        stateDir, path);
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
