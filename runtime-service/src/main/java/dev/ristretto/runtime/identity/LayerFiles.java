// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.identity;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.FileStatus;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.OpenHow;
import dev.ristretto.linux.syscall.SyscallException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Reads files of an image straight from its unpacked layers, merged as overlayfs merges them:
 * whiteouts, opaque directories and symbolic links, see the kernel's
 * Documentation/filesystems/overlayfs.rst. Nothing is mounted, no privilege is needed but to read
 * the layers.
 *
 * <p>Each name is looked up on its own with openat2(2) {@code RESOLVE_BENEATH} and {@code
 * RESOLVE_NO_SYMLINKS}; links are followed here, from the root of the image. So nothing in a layer
 * leads out of it.
 */
public final class LayerFiles implements ImageFiles {
    /** As many as the kernel follows (MAXSYMLINKS). */
    private static final int MOST_LINKS = 40;

    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final int CONFINED =
            FileFlags.RESOLVE_BENEATH
                    | FileFlags.RESOLVE_NO_SYMLINKS
                    | FileFlags.RESOLVE_NO_MAGICLINKS;

    private final LinuxSyscalls linux;
    private final List<Path> layers;

    /**
     * @param layers the image's, topmost first
     */
    public LayerFiles(LinuxSyscalls linux, List<Path> layers) {
        this.linux = linux;
        this.layers = List.copyOf(layers);
    }

    @Override
    public Optional<byte[]> read(String path, int limitBytes) throws IOException {
        var found = find(path);
        return found.isPresent() && found.get().file().isPresent()
                ? content(found.get(), limitBytes)
                : Optional.empty();
    }

    /**
     * Where a directory or a regular file of the image is, symbolic links resolved inside it.
     *
     * @param path from the image's root, which {@code ..} does not leave
     * @return a path without links; empty if there is neither
     */
    public Optional<ImagePath> resolve(String path) throws IOException {
        return find(path).map(place -> new ImagePath("/" + place.path(), place.file().isEmpty()));
    }

    private Optional<Place> find(String path) throws IOException {
        var names = new ArrayDeque<String>();
        prepend(names, path);
        var at = Place.ROOT;
        int links = 0;
        while (!names.isEmpty()) {
            var name = names.removeFirst();
            if (at.file().isPresent()) {
                return Optional.empty();
            }
            if (name.equals("..")) {
                // Where the parent is visible is found by walking down to it again.
                prepend(names, at.parent());
                at = Place.ROOT;
                continue;
            }
            var next = look(at, name);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            if (next.get().link().isEmpty()) {
                at = next.get();
                continue;
            }
            links++;
            if (links > MOST_LINKS) {
                return Optional.empty();
            }
            var target = next.get().link();
            prepend(names, target.startsWith("/") ? target : at.path() + "/" + target);
            at = Place.ROOT;
        }
        return Optional.of(at);
    }

    private static void prepend(Deque<String> names, String path) {
        var parts = Arrays.asList(path.split("/", -1));
        for (var part : parts.reversed()) {
            if (!part.isEmpty() && !part.equals(".")) {
                names.addFirst(part);
            }
        }
    }

    /**
     * A name in the merged tree.
     *
     * @param path from the root, without a slash before it; empty for the root
     * @param layers those in which it can be seen, if it is a directory; all for the root
     * @param file the layer that holds it, if it is a regular file
     * @param link where it leads, if it is a symbolic link; else empty
     */
    private record Place(
            String path, Optional<List<Path>> layers, Optional<Path> file, String link) {
        static final Place ROOT = new Place("", Optional.empty(), Optional.empty(), "");

        String child(String name) {
            return path.isEmpty() ? name : path + "/" + name;
        }

        String parent() {
            int slash = path.lastIndexOf('/');
            return slash < 0 ? "" : path.substring(0, slash);
        }
    }

    /** The topmost layer that has the name decides what it is; directories below it are merged. */
    private Optional<Place> look(Place directory, String name) throws IOException {
        var path = directory.child(name);
        var visible = new ArrayList<Path>();
        for (var layer : directory.layers().orElse(layers)) {
            try (var found = open(layer, path, FileFlags.O_PATH | FileFlags.O_NOFOLLOW)) {
                var status = linux.statx(found.number(), "", FileFlags.AT_EMPTY_PATH);
                if (!status.isDirectory()) {
                    if (visible.isEmpty()) {
                        return leaf(path, layer, found, status);
                    }
                    break;
                }
                visible.add(layer);
                if (isOpaque(layer, path)) {
                    break;
                }
            } catch (SyscallException e) {
                if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP)) {
                    throw e;
                }
            }
        }
        return visible.isEmpty()
                ? Optional.empty()
                : Optional.of(new Place(path, Optional.of(visible), Optional.empty(), ""));
    }

    /**
     * A whiteout, a device 0:0, says that there is nothing; other special files are nothing to
     * read.
     */
    private Optional<Place> leaf(String path, Path layer, Fd found, FileStatus status)
            throws SyscallException {
        if (status.isSymbolicLink()) {
            var target = linux.readlinkat(found.number(), "");
            return Optional.of(new Place(path, Optional.empty(), Optional.empty(), target));
        }
        return status.isRegularFile()
                ? Optional.of(new Place(path, Optional.empty(), Optional.of(layer), ""))
                : Optional.empty();
    }

    private boolean isOpaque(Path layer, String path) throws SyscallException {
        try (var directory = open(layer, path, FileFlags.O_RDONLY | FileFlags.O_DIRECTORY)) {
            var value = linux.fgetxattr(directory.number(), OPAQUE);
            return value.length == 1 && value[0] == 'y';
        } catch (SyscallException e) {
            if (e.is(Errno.ENODATA) || e.is(Errno.EOPNOTSUPP)) {
                return false;
            }
            throw e;
        }
    }

    private Optional<byte[]> content(Place place, int limitBytes) throws IOException {
        var layer = place.file().orElseThrow();
        try (var file = open(layer, place.path(), FileFlags.O_RDONLY | FileFlags.O_NONBLOCK)) {
            var buffer = ByteBuffer.allocate(8192);
            while (linux.read(file.number(), buffer) > 0) {
                if (buffer.position() > limitBytes) {
                    throw new FileTooLongException(place.path(), limitBytes);
                }
                if (!buffer.hasRemaining()) {
                    buffer = ByteBuffer.allocate(buffer.capacity() * 2).put(buffer.flip());
                }
            }
            return Optional.of(Arrays.copyOf(buffer.array(), buffer.position()));
        }
    }

    private Fd open(Path layer, String path, int flags) throws SyscallException {
        try (var root = Fd.open(linux, layer, FileFlags.O_PATH | FileFlags.O_DIRECTORY)) {
            return root.openBelow(path, new OpenHow(flags, 0, CONFINED));
        }
    }
}
