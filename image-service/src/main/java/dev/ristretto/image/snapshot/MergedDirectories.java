// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.snapshot;

import dev.ristretto.image.unpack.LayerSummary;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.FileStatus;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;
import dev.ristretto.linux.syscall.TimeSpec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What directories look like that some layer has only because something lies in them.
 *
 * <p>Overlay shows a directory as its topmost layer has it. A tar may hold {@code tmp/file} without
 * {@code tmp}: then it means the one below, mode 1777 and all, but a layer is unpacked on its own
 * and has {@code tmp} with mode 0755. So such directories, and always the root, are made in the
 * container's own upper directory as the highest layer that describes them says.
 */
final class MergedDirectories {
    private static final String OVERLAY = "trusted.overlay.";
    private static final String OPAQUE = OVERLAY + "opaque";

    private final LinuxSyscalls linux;
    private final List<Layer> topFirst;
    private final IdMap owners;

    /**
     * Of these layers.
     *
     * @param owners who the owners of their files are for the upper directory
     */
    MergedDirectories(LinuxSyscalls linux, List<Layer> topFirst, IdMap owners) {
        this.linux = linux;
        this.topFirst = List.copyOf(topFirst);
        this.owners = owners;
    }

    /** Makes what is needed in an empty upper directory. */
    void describeIn(Path upper) throws IOException {
        var wanted = new TreeSet<String>();
        for (var layer : topFirst) {
            for (var path : layer.summary.implicitDirs()) {
                if (!path.isEmpty() && describedBelow(path)) {
                    addWithParents(path, wanted);
                }
            }
        }
        for (var path : wanted) {
            linux.mkdirat(FileFlags.AT_FDCWD, upper + "/" + path, 0755);
        }
        // Deepest first, because to fill a directory changes its time.
        for (var path : wanted.descendingSet()) {
            describe(upper + "/" + path, path);
        }
        describe(upper.toString(), "");
    }

    private static void addWithParents(String path, TreeSet<String> wanted) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            wanted.add(path.substring(0, slash));
        }
        wanted.add(path);
    }

    /** Whether overlay would show it as a layer has it that does not describe it. */
    private boolean describedBelow(String path) throws SyscallException {
        boolean implicitAbove = false;
        for (var layer : topFirst) {
            var look = look(layer, path);
            if (look.status.isPresent()) {
                if (!layer.summary.implicitDirs().contains(path)) {
                    return implicitAbove;
                }
                implicitAbove = true;
            }
            if (look.hidesBelow) {
                return false;
            }
        }
        return false;
    }

    private void describe(String target, String path) throws SyscallException {
        for (var layer : topFirst) {
            var look = look(layer, path);
            if (look.status.isPresent() && !layer.summary.implicitDirs().contains(path)) {
                copy(layer.pathOf(path), look.status.get(), target);
                return;
            }
            if (look.hidesBelow) {
                break;
            }
        }
        // Nobody describes it.
        own(target, 0, 0);
        linux.fchmodat(FileFlags.AT_FDCWD, target, 0755, 0);
    }

    /** How a directory is in one layer, and whether that layer hides it in those below. */
    private Look look(Layer layer, String path) throws SyscallException {
        boolean hidesBelow = layer.summary.opaqueRoot();
        var prefix = "";
        var status = status(layer.pathOf(""));
        for (var part : path.isEmpty() ? new String[0] : path.split("/")) {
            prefix = prefix.isEmpty() ? part : prefix + "/" + part;
            status = status(layer.pathOf(prefix));
            if (status.isEmpty()) {
                return new Look(status, hidesBelow);
            }
            if (!status.get().isDirectory()) {
                return new Look(Optional.empty(), /* hidesBelow= */ true);
            }
            hidesBelow |= isOpaque(layer.pathOf(prefix));
        }
        return new Look(status, hidesBelow);
    }

    private Optional<FileStatus> status(String path) throws SyscallException {
        try {
            return Optional.of(
                    linux.statx(FileFlags.AT_FDCWD, path, FileFlags.AT_SYMLINK_NOFOLLOW));
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private boolean isOpaque(String path) throws SyscallException {
        try {
            return linux.lgetxattr(path, OPAQUE).length > 0;
        } catch (SyscallException e) {
            if (e.is(Errno.ENODATA) || e.is(Errno.EOPNOTSUPP)) {
                return false;
            }
            throw e;
        }
    }

    private void copy(String source, FileStatus status, String target) throws SyscallException {
        int here = FileFlags.AT_FDCWD;
        own(target, status.uid(), status.gid());
        for (var name : linux.llistxattr(source)) {
            if (!name.startsWith(OVERLAY)) {
                linux.lsetxattr(target, name, linux.lgetxattr(source, name), 0);
            }
        }
        linux.fchmodat(here, target, status.permissions(), 0);
        var time = TimeSpec.of(status.modified());
        linux.utimensat(here, target, time, time, FileFlags.AT_SYMLINK_NOFOLLOW);
    }

    private void own(String target, int uid, int gid) throws SyscallException {
        int here = FileFlags.AT_FDCWD;
        var made = linux.statx(here, target, FileFlags.AT_SYMLINK_NOFOLLOW);
        int user = (int) owners.onHost(Integer.toUnsignedLong(uid));
        int group = (int) owners.onHost(Integer.toUnsignedLong(gid));
        if (made.uid() != user || made.gid() != group) {
            linux.fchownat(here, target, user, group, FileFlags.AT_SYMLINK_NOFOLLOW);
        }
    }

    /** An unpacked layer. */
    record Layer(Path root, LayerSummary summary) {
        String pathOf(String path) {
            return path.isEmpty() ? root.toString() : root + "/" + path;
        }
    }

    /**
     * @param status of the directory, if the layer has it
     */
    private record Look(Optional<FileStatus> status, boolean hidesBelow) {}
}
