// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.FileStatus;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.OpenHow;
import dev.ristretto.linux.syscall.SyscallException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The directories of a layer that is being unpacked. Finds and makes the directory for an entry
 * without ever leaving the root: the kernel refuses (openat2(2), {@code RESOLVE_BENEATH}, no
 * symbolic links), and links to directories, which older entries may be, are followed here step by
 * step with the layer's root as {@code /}. Nobody else writes below the root.
 */
final class LayerTree implements AutoCloseable {
    /** As the kernel's own limit. */
    private static final int MAX_LINKS = 40;

    private static final int NEW_DIRECTORY = 0700;
    private static final OpenHow PARENT =
            new OpenHow(
                    FileFlags.O_PATH | FileFlags.O_DIRECTORY,
                    0,
                    FileFlags.RESOLVE_BENEATH
                            | FileFlags.RESOLVE_NO_SYMLINKS
                            | FileFlags.RESOLVE_NO_XDEV);

    private static final OpenHow FOR_CHANGE =
            new OpenHow(
                    FileFlags.O_RDONLY | FileFlags.O_DIRECTORY | FileFlags.O_NOFOLLOW,
                    0,
                    PARENT.resolve());

    private final LinuxSyscalls linux;
    private final Fd root;

    /** Beside the root: where directories go that a later entry replaces. */
    private final Fd attic;

    private final SortedSet<String> implicit = new TreeSet<>();
    private final SortedSet<String> opaque = new TreeSet<>();
    private long directoriesMade;
    private long implicitBytes;
    private int replaced;

    /** The parent of the entry before, which is mostly that of the next. */
    private @Nullable Fd lastParent;

    /** Whether it may be another one now; it stays open for the entry that is being made. */
    private boolean lastIsStale;

    private String lastName = "";
    private String lastPath = "";

    LayerTree(LinuxSyscalls linux, Fd root, Fd attic) {
        this.linux = linux;
        this.root = root;
        this.attic = attic;
        implicit.add("");
    }

    Fd root() {
        return root;
    }

    /** Directories that no entry has described; the root is the empty string. */
    SortedSet<String> implicit() {
        return implicit;
    }

    /** Directories that hide what lower layers have. */
    SortedSet<String> opaque() {
        return opaque;
    }

    /** Directories made for entries that lie in them. */
    long directoriesMade() {
        return directoriesMade;
    }

    /** Whether anything was replaced, so that what was counted is not what is there. */
    boolean replacedDirectories() {
        return replaced > 0;
    }

    /** Where an entry goes; makes the directories that are missing on the way. */
    Place placeFor(EntryName name) throws IOException {
        var parent = name.parent();
        var known = lastParent;
        if (known != null && !lastIsStale && parent.equals(lastName)) {
            return new Place(known, lastPath, name.base());
        }
        var path = parent;
        Fd opened;
        try {
            opened = open(parent);
        } catch (SyscallException e) {
            switch (e.errno()) {
                case ENOENT, ENOTDIR, ELOOP, EXDEV -> {}
                default -> throw e;
            }
            path = walk(name, Missing.IS_MADE).orElseThrow();
            opened = open(path);
        }
        forgetParent();
        lastParent = opened;
        lastIsStale = false;
        lastName = parent;
        lastPath = path;
        return new Place(opened, path, name.base());
    }

    /** The path of an entry that must be there already, through no symbolic link but itself. */
    Optional<String> find(EntryName name) throws IOException {
        var parent = walk(name, Missing.IS_NOT_FOUND);
        return parent.map(p -> p.isEmpty() ? name.base() : p + "/" + name.base());
    }

    /** What is there under a name. */
    Optional<FileStatus> status(Place place) throws SyscallException {
        return status(place.dirfd(), place.base());
    }

    /** What is there at a path that {@link #find} found. */
    Optional<FileStatus> statusOf(String path) throws SyscallException {
        return status(root.number(), path);
    }

    /** Makes way for another entry of that name. */
    void remove(Place place, FileStatus status) throws SyscallException {
        if (status.isDirectory()) {
            var grave = "replaced-" + replaced++;
            linux.renameat2(
                    place.dirfd(), place.base(), attic.number(), grave, FileFlags.RENAME_NOREPLACE);
            forget(implicit, place.path());
            forget(opaque, place.path());
            lastIsStale = true;
        } else {
            linux.unlinkat(place.dirfd(), place.base(), 0);
            lastIsStale |= status.isSymbolicLink();
        }
    }

    /** Forgets a path and all below it. */
    static void forget(SortedSet<String> paths, String path) {
        paths.remove(path);
        paths.subSet(path + "/", path + "0").clear(); // '0' is the character after '/'
    }

    /** A directory whose attributes are to be set. */
    Fd openForChange(String directory) throws SyscallException {
        return root.openBelow(directory.isEmpty() ? "." : directory, FOR_CHANGE);
    }

    private Fd open(String directory) throws SyscallException {
        return root.openBelow(directory.isEmpty() ? "." : directory, PARENT);
    }

    /** Follows the parts of a name's parent, with links, to a path without any. */
    private Optional<String> walk(EntryName name, Missing missing) throws IOException {
        Deque<String> ahead = new ArrayDeque<>(new EntryName(name.parent()).parts());
        List<String> done = new ArrayList<>();
        int links = 0;
        while (!ahead.isEmpty()) {
            var part = ahead.poll();
            if (part.equals("..")) {
                if (done.isEmpty()) {
                    throw new BadLayerException(
                            "entry '%s' leads out of the layer through a symbolic link",
                            name.path());
                }
                done.removeLast();
                continue;
            }
            done.add(part);
            var path = String.join("/", done);
            var status = status(root.number(), path);
            if (status.isPresent() && status.get().isDirectory()) {
                continue;
            }
            if (status.isPresent() && status.get().isSymbolicLink()) {
                if (++links > MAX_LINKS) {
                    throw new BadLayerException(
                            "entry '%s' leads through more than %d symbolic links",
                            name.path(), MAX_LINKS);
                }
                done.removeLast();
                follow(linux.readlinkat(root.number(), path), done, ahead);
                continue;
            }
            if (missing == Missing.IS_NOT_FOUND) {
                return Optional.empty();
            }
            makeDirectory(name, path, status);
        }
        return Optional.of(String.join("/", done));
    }

    private static void follow(String target, List<String> done, Deque<String> ahead) {
        if (target.startsWith("/")) {
            done.clear();
        }
        var parts = target.split("/");
        for (int i = parts.length - 1; i >= 0; i--) {
            if (!parts[i].isEmpty() && !parts[i].equals(".")) {
                ahead.push(parts[i]);
            }
        }
    }

    private void makeDirectory(EntryName name, String path, Optional<FileStatus> there)
            throws IOException {
        if (there.isPresent()) {
            if (!Place.isWhiteout(there.get())) {
                throw new BadLayerException(
                        "entry '%s' lies in '%s', which is no directory", name.path(), path);
            }
            // Gone below and here again: nothing of what is below may show through.
            linux.unlinkat(root.number(), path, 0);
            opaque.add(path);
        }
        implicitBytes += path.length();
        UnpackLimits.checkImplicit(implicitBytes);
        linux.mkdirat(root.number(), path, NEW_DIRECTORY);
        directoriesMade++;
        implicit.add(path);
    }

    private Optional<FileStatus> status(int dirfd, String path) throws SyscallException {
        try {
            return Optional.of(linux.statx(dirfd, path, FileFlags.AT_SYMLINK_NOFOLLOW));
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void forgetParent() throws SyscallException {
        var old = lastParent;
        lastParent = null;
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void close() throws SyscallException {
        forgetParent();
    }

    private enum Missing {
        IS_MADE,
        IS_NOT_FOUND
    }
}
