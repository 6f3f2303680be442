// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.file;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.FileStatus;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.OpenHow;
import dev.ristretto.linux.syscall.SyscallException;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * What a directory tree takes on the disk, as du(1) counts it: a file with several names once.
 * Follows no symbolic link, enters no mount point, and is not disturbed by files that come and go.
 *
 * @param bytes in blocks that are occupied
 * @param inodes with the directory itself
 */
public record DiskUsage(long bytes, long inodes) {
    private static final int BLOCK = 512;
    private static final OpenHow HOW_TO_OPEN =
            new OpenHow(
                    FileFlags.O_RDONLY | FileFlags.O_DIRECTORY | FileFlags.O_NOFOLLOW,
                    0,
                    FileFlags.RESOLVE_BENEATH
                            | FileFlags.RESOLVE_NO_SYMLINKS
                            | FileFlags.RESOLVE_NO_XDEV);

    /** Walks the tree now. */
    public static DiskUsage of(LinuxSyscalls linux, Path directory) throws SyscallException {
        int flags = FileFlags.O_RDONLY | FileFlags.O_DIRECTORY | FileFlags.O_NOFOLLOW;
        try (var root = Fd.open(linux, directory, flags)) {
            return new Walk(linux, root).run();
        }
    }

    /** Breadth first by relative paths, so that depth costs no descriptors. */
    private static final class Walk {
        private final LinuxSyscalls linux;
        private final Fd root;
        private final Deque<String> waiting = new ArrayDeque<>();
        private final Set<Long> seen = new HashSet<>();
        private long bytes;
        private long inodes;

        Walk(LinuxSyscalls linux, Fd root) {
            this.linux = linux;
            this.root = root;
        }

        DiskUsage run() throws SyscallException {
            count(linux.statx(root.number(), "", FileFlags.AT_EMPTY_PATH));
            waiting.add(".");
            while (!waiting.isEmpty()) {
                var path = waiting.poll();
                try (var directory = root.openBelow(path, HOW_TO_OPEN)) {
                    list(path, directory.number());
                } catch (SyscallException e) {
                    switch (e.errno()) {
                        // Gone or replaced since it was listed, a mount point, or too deep to
                        // name: what a container does to its own files must not break the figure.
                        case ENOENT, ENOTDIR, ELOOP, EXDEV, EACCES, ENAMETOOLONG -> {}
                        default -> throw e;
                    }
                }
            }
            return new DiskUsage(bytes, inodes);
        }

        private void list(String path, int directory) throws SyscallException {
            for (var batch = linux.getdents64(directory);
                    !batch.isEmpty();
                    batch = linux.getdents64(directory)) {
                for (var entry : batch) {
                    visit(path, directory, entry.name());
                }
            }
        }

        private void visit(String path, int directory, String name) throws SyscallException {
            FileStatus status;
            try {
                status = linux.statx(directory, name, FileFlags.AT_SYMLINK_NOFOLLOW);
            } catch (SyscallException e) {
                if (e.is(Errno.ENOENT)) {
                    return;
                }
                throw e;
            }
            count(status);
            if (status.isDirectory()) {
                waiting.add(path.equals(".") ? name : path + "/" + name);
            }
        }

        private void count(FileStatus status) {
            boolean several = status.links() > 1 && !status.isDirectory();
            if (!several || seen.add(status.inode())) {
                bytes += status.blocks() * BLOCK;
                inodes++;
            }
        }
    }
}
