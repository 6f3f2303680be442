// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.DeviceNumber;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.FileStatus;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Makes files of tar entries, in the form in which overlay reads a layer: whiteouts become
 * character devices 0:0, opaque directories get an attribute. What directories look like is set at
 * the end, so that none is closed to us or changed once more while it is filled.
 */
final class LayerWriter implements AutoCloseable {
    private static final int BUFFER = 256 * 1024;
    private static final int NEW_FILE =
            FileFlags.O_WRONLY
                    | FileFlags.O_CREAT
                    | FileFlags.O_EXCL
                    | FileFlags.O_NOFOLLOW
                    | FileFlags.O_CLOEXEC;
    private static final int NEW_FILE_MODE = 0600;
    private static final int NEW_DIRECTORY_MODE = 0700;

    /** What the usual file systems give out space in. */
    private static final long BLOCK = 4096;

    private final LinuxSyscalls linux;
    private final LayerTree tree;
    private final Attributes attributes;
    private final UnpackLimits limits;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final LayerDirectories directories;
    private long entries;
    private long bytes = BLOCK;
    private long inodes = 1;

    /**
     * @param root an empty directory, made by this process
     * @param attic a directory beside it, for what is replaced
     */
    LayerWriter(LinuxSyscalls linux, Fd root, Fd attic, UnpackLimits limits)
            throws SyscallException {
        this.linux = linux;
        this.tree = new LayerTree(linux, root, attic);
        this.attributes =
                new Attributes(linux, linux.statx(root.number(), "", FileFlags.AT_EMPTY_PATH));
        this.directories = new LayerDirectories(linux, tree, attributes);
        this.limits = limits;
    }

    /** Makes one entry of what the reader stands at. */
    void write(TarEntry entry, TarReader reader) throws IOException {
        limits.checkEntries(++entries + tree.directoriesMade());
        var name = EntryName.parse(entry.name());
        try {
            write(name, entry, reader);
        } catch (SyscallException e) {
            switch (e.errno()) {
                // What no Linux file system takes is the layer's fault.
                case ENAMETOOLONG, EINVAL, EMLINK, EISDIR, ENOENT, ENOTDIR, ELOOP, ERANGE, E2BIG ->
                        throw new BadLayerException(
                                "entry '%s' cannot be made: %s", name.path(), e.getMessage());
                default -> throw e;
            }
        }
    }

    private void write(EntryName name, TarEntry entry, TarReader reader) throws IOException {
        if (name.isAufsMeta()) {
            return;
        }
        if (name.isRoot()) {
            describeRoot(entry);
            return;
        }
        var place = tree.placeFor(name);
        if (name.isOpaqueMark()) {
            tree.opaque().add(place.parentPath());
            return;
        }
        if (name.isWhiteout()) {
            whiteOut(place.sibling(name.whitedOut()));
            return;
        }
        switch (entry.type()) {
            case DIRECTORY -> makeDirectory(place, entry);
            case FILE -> makeFile(place, entry, reader);
            case HARD_LINK -> makeHardLink(place, entry);
            case SYMBOLIC_LINK -> makeSymbolicLink(place, entry);
            case CHARACTER_DEVICE -> makeNode(place, entry, FileFlags.S_IFCHR);
            case BLOCK_DEVICE -> makeNode(place, entry, FileFlags.S_IFBLK);
            case FIFO -> makeNode(place, entry, FileFlags.S_IFIFO);
        }
    }

    private void describeRoot(TarEntry entry) throws IOException {
        if (entry.type() != TarEntry.Type.DIRECTORY) {
            throw new BadLayerException(
                    "entry '%s' is the layer's root, but no directory", entry.name());
        }
        directories.describe("", entry);
    }

    /**
     * Hides what lower layers have of that name, not what this layer has (image-spec, layer.md).
     */
    private void whiteOut(Place place) throws SyscallException {
        var there = tree.status(place);
        if (there.isEmpty()) {
            linux.mknodat(place.dirfd(), place.base(), FileFlags.S_IFCHR, DeviceNumber.ZERO);
            inodes++;
        } else if (there.get().isDirectory()) {
            tree.opaque().add(place.path());
        }
    }

    private void makeDirectory(Place place, TarEntry entry) throws IOException {
        try {
            linux.mkdirat(place.dirfd(), place.base(), NEW_DIRECTORY_MODE);
            count(BLOCK);
        } catch (SyscallException e) {
            var there = e.is(Errno.EEXIST) ? tree.status(place).orElse(null) : null;
            if (there == null) {
                throw e;
            }
            if (!there.isDirectory()) {
                replace(place, there);
                linux.mkdirat(place.dirfd(), place.base(), NEW_DIRECTORY_MODE);
                count(BLOCK);
                if (Place.isWhiteout(there)) {
                    // Gone below and here again: nothing of what is below may show through.
                    tree.opaque().add(place.path());
                }
            }
        }
        directories.describe(place.path(), entry);
    }

    private void makeFile(Place place, TarEntry entry, TarReader reader) throws IOException {
        int number =
                making(
                        place,
                        () -> linux.openat(place.dirfd(), place.base(), NEW_FILE, NEW_FILE_MODE));
        try (var file = Fd.owned(linux, number)) {
            reader.copyTo((array, offset, length) -> append(file, array, offset, length));
            attributes.applyToFile(file, place, entry);
        }
        count(entry.size());
    }

    private void append(Fd file, byte[] array, int offset, int length) throws SyscallException {
        buffer.clear().put(array, offset, length).flip();
        while (buffer.hasRemaining()) {
            linux.write(file.number(), buffer);
        }
    }

    private void makeHardLink(Place place, TarEntry entry) throws IOException {
        var target = EntryName.parse(entry.linkName());
        var path = tree.find(target);
        var status = path.isPresent() ? tree.statusOf(path.get()) : Optional.<FileStatus>empty();
        if (path.isEmpty() || status.isEmpty()) {
            throw new BadLayerException(
                    "entry '%s' is a hard link to '%s', which is not in this layer before it",
                    entry.name(), entry.linkName());
        }
        if (status.get().isDirectory()) {
            throw new BadLayerException(
                    "entry '%s' is a hard link to the directory '%s'",
                    entry.name(), entry.linkName());
        }
        if (path.get().equals(place.path())) {
            return;
        }
        making(
                place,
                () -> {
                    linux.linkat(tree.root().number(), path.get(), place.dirfd(), place.base(), 0);
                    return 0;
                });
    }

    private void makeSymbolicLink(Place place, TarEntry entry) throws SyscallException {
        making(
                place,
                () -> {
                    linux.symlinkat(entry.linkName(), place.dirfd(), place.base());
                    return 0;
                });
        attributes.applyToOther(place, entry);
        count(0);
    }

    private void makeNode(Place place, TarEntry entry, int type) throws IOException {
        DeviceNumber device;
        try {
            device = new DeviceNumber(entry.deviceMajor(), entry.deviceMinor());
        } catch (IllegalArgumentException e) {
            throw new BadLayerException("entry '%s': %s", entry.name(), e.getMessage());
        }
        making(
                place,
                () -> {
                    linux.mknodat(place.dirfd(), place.base(), type | NEW_FILE_MODE, device);
                    return 0;
                });
        attributes.applyToOther(place, entry);
        count(0);
    }

    /** Makes something, in place of whatever has its name. */
    private int making(Place place, Making making) throws SyscallException {
        try {
            return making.run();
        } catch (SyscallException e) {
            var there = e.is(Errno.EEXIST) ? tree.status(place) : null;
            if (there == null || there.isEmpty()) {
                throw e;
            }
            replace(place, there.get());
            return making.run();
        }
    }

    private void replace(Place place, FileStatus there) throws SyscallException {
        tree.remove(place, there);
        if (there.isDirectory()) {
            directories.forget(place.path());
        } else if (there.links() == 1) {
            inodes--;
            bytes -= there.isSymbolicLink() ? 0 : roundedUp(there.size());
        }
    }

    private void count(long size) {
        inodes++;
        bytes += roundedUp(size);
    }

    private static long roundedUp(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    /** Whether the counts are only those of what was written, because some was replaced. */
    boolean mustBeCounted() {
        return tree.replacedDirectories();
    }

    /** Finishes the directories and tells what was made. */
    LayerSummary finish() throws SyscallException {
        directories.finish();
        return new LayerSummary(
                bytes + tree.directoriesMade() * BLOCK,
                inodes + tree.directoriesMade(),
                tree.opaque().contains(""),
                tree.implicit());
    }

    @Override
    public void close() throws SyscallException {
        tree.close();
    }

    @FunctionalInterface
    private interface Making {
        int run() throws SyscallException;
    }
}
