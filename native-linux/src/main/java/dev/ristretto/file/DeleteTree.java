// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.file;

import static java.util.Objects.requireNonNull;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.DirectoryEntry;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.OpenHow;
import dev.ristretto.linux.syscall.SyscallException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Deletes a directory tree that a stranger may have filled.
 *
 * <p>Works on descriptors, below a directory that is given as the guard: no symbolic link is
 * followed and no mount point entered, whatever is renamed meanwhile (openat2(2), {@code
 * RESOLVE_NO_XDEV}). Directories without permissions and files with the immutable or append-only
 * flag are made deletable first. Trees of any depth take a bounded number of descriptors: what lies
 * deep is moved to the top and deleted there.
 */
public final class DeleteTree {
    private static final int MAX_DEPTH = 64;

    /** How often a directory that somebody else fills meanwhile is emptied again. */
    private static final int MAX_PASSES = 100;

    private static final OpenHow HOW_TO_OPEN =
            new OpenHow(
                    FileFlags.O_RDONLY | FileFlags.O_DIRECTORY | FileFlags.O_NOFOLLOW,
                    0,
                    FileFlags.RESOLVE_BENEATH
                            | FileFlags.RESOLVE_NO_SYMLINKS
                            | FileFlags.RESOLVE_NO_XDEV);

    private final LinuxSyscalls linux;

    /** Holds the victim; not ours to change otherwise. */
    private final Fd outside;

    /** The victim itself, if it is a directory and while it is open: where deep ones are moved. */
    private @Nullable Fd top;

    private long moved;

    private DeleteTree(LinuxSyscalls linux, Fd outside) {
        this.linux = linux;
        this.outside = outside;
    }

    /**
     * Deletes a file or a directory with all it holds; one that is gone is fine.
     *
     * @param guard a directory; only what is below it is ever deleted
     * @param victim an absolute path below {@code guard}, without {@code ..}
     * @throws IllegalArgumentException if the victim is not below the guard
     * @throws IOException that names the file which could not be deleted; what was deleted before
     *     stays deleted
     */
    public static void below(LinuxSyscalls linux, Path guard, Path victim) throws IOException {
        var relative = guard.relativize(victim);
        boolean inside =
                guard.isAbsolute()
                        && victim.startsWith(guard)
                        && victim.equals(victim.normalize())
                        && !victim.equals(guard);
        if (!inside) {
            throw new IllegalArgumentException("%s is not below %s".formatted(victim, guard));
        }
        try (var guardDirectory =
                        Fd.open(linux, guard, FileFlags.O_RDONLY | FileFlags.O_DIRECTORY);
                var parent = parentOf(guardDirectory, relative)) {
            new DeleteTree(linux, parent)
                    .delete(parent, String.valueOf(relative.getFileName()), /* depth= */ 0);
        } catch (SyscallException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    private static Fd parentOf(Fd guard, Path relative) throws SyscallException {
        var parent = relative.getParent();
        return guard.openBelow(parent == null ? "." : parent.toString(), HOW_TO_OPEN);
    }

    private void delete(Fd parent, String name, int depth) throws SyscallException {
        var status = linux.statx(parent.number(), name, FileFlags.AT_SYMLINK_NOFOLLOW);
        if (status.isDirectory()) {
            deleteDirectory(parent, name, depth);
        } else {
            unlink(parent, name, 0);
        }
    }

    private void deleteDirectory(Fd parent, String name, int depth) throws SyscallException {
        for (int pass = 0; ; pass++) {
            long movedBefore = moved;
            try (var directory = open(parent, name)) {
                if (parent == outside) {
                    top = directory;
                }
                deleteContent(directory, depth);
            }
            try {
                unlink(parent, name, FileFlags.AT_REMOVEDIR);
                return;
            } catch (SyscallException e) {
                boolean again = parent == outside && moved > movedBefore;
                if (!e.is(Errno.ENOTEMPTY) || (!again && pass >= MAX_PASSES)) {
                    throw e;
                }
            }
        }
    }

    private void deleteContent(Fd directory, int depth) throws SyscallException {
        for (var batch = linux.getdents64(directory.number());
                !batch.isEmpty();
                batch = linux.getdents64(directory.number())) {
            for (var entry : batch) {
                deleteEntry(directory, entry, depth);
            }
        }
    }

    private void deleteEntry(Fd directory, DirectoryEntry entry, int depth)
            throws SyscallException {
        try {
            if (entry.isDirectory() && depth >= MAX_DEPTH) {
                moveUp(directory, entry.name());
            } else if (entry.isDirectory()) {
                deleteDirectory(directory, entry.name(), depth + 1);
            } else if (entry.type() == 0) {
                delete(directory, entry.name(), depth + 1);
            } else {
                unlink(directory, entry.name(), 0);
            }
        } catch (SyscallException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    /** To the first level below the victim, where the next pass finds it. */
    private void moveUp(Fd directory, String name) throws SyscallException {
        int target = requireNonNull(top, "top").number();
        while (true) {
            try {
                var free = ".deep-%d".formatted(moved++);
                allowing(
                        directory,
                        name,
                        () ->
                                linux.renameat2(
                                        directory.number(),
                                        name,
                                        target,
                                        free,
                                        FileFlags.RENAME_NOREPLACE));
                return;
            } catch (SyscallException e) {
                if (!e.is(Errno.EEXIST)) {
                    throw e;
                }
            }
        }
    }

    private void unlink(Fd parent, String name, int flags) throws SyscallException {
        allowing(parent, name, () -> linux.unlinkat(parent.number(), name, flags));
    }

    private Fd open(Fd parent, String name) throws SyscallException {
        try {
            return parent.openBelow(name, HOW_TO_OPEN);
        } catch (SyscallException e) {
            if (!e.is(Errno.EACCES)) {
                throw e;
            }
            linux.fchmodat(parent.number(), name, 0700, FileFlags.AT_SYMLINK_NOFOLLOW);
            return parent.openBelow(name, HOW_TO_OPEN);
        }
    }

    /** Does it, if need be after taking away what forbids it. */
    private void allowing(Fd parent, String name, Step step) throws SyscallException {
        try {
            step.run();
        } catch (SyscallException e) {
            switch (e.errno()) {
                case EPERM -> clearFlagsOf(parent, name);
                case EACCES -> {}
                default -> throw e;
            }
            if (parent != outside) {
                clearFlags(parent.number());
                linux.fchmod(parent.number(), 0700);
            }
            step.run();
        }
    }

    private void clearFlagsOf(Fd parent, String name) throws SyscallException {
        int type = linux.statx(parent.number(), name, FileFlags.AT_SYMLINK_NOFOLLOW).type();
        if (type != FileFlags.S_IFREG && type != FileFlags.S_IFDIR) {
            return; // others cannot carry the flags, and to open them may do something
        }
        int flags = FileFlags.O_RDONLY | FileFlags.O_NOFOLLOW | FileFlags.O_NONBLOCK;
        try (var file =
                Fd.owned(
                        linux,
                        linux.openat(parent.number(), name, flags | FileFlags.O_CLOEXEC, 0))) {
            clearFlags(file.number());
        }
    }

    private void clearFlags(int fd) throws SyscallException {
        int forbidding = FileFlags.FS_IMMUTABLE_FL | FileFlags.FS_APPEND_FL;
        try {
            int flags = linux.inodeFlags(fd);
            if ((flags & forbidding) != 0) {
                linux.setInodeFlags(fd, flags & ~forbidding);
            }
        } catch (SyscallException e) {
            if (!e.is(Errno.ENOTTY) && !e.is(Errno.EOPNOTSUPP)) {
                throw e;
            }
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws SyscallException;
    }
}
