// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * One entry of a layer, in the sense of the OCI image-spec, layer.md.
 *
 * <p>Paths are written as given, also absolute ones and ones that climb out: what refuses them has
 * to be tried with them.
 */
public sealed interface LayerEntry {
    /** A file's bytes, read once when the layer is written. */
    interface Content {
        long sizeBytes() throws IOException;

        InputStream open() throws IOException;
    }

    String path();

    record Directory(String path, EntryAttributes attributes) implements LayerEntry {}

    record RegularFile(String path, Content content, EntryAttributes attributes)
            implements LayerEntry {}

    record Symlink(String path, String target, EntryAttributes attributes) implements LayerEntry {}

    /** A second name; {@code target} is the path of an entry before it. */
    record HardLink(String path, String target) implements LayerEntry {}

    record CharacterDevice(String path, int major, int minor, EntryAttributes attributes)
            implements LayerEntry {}

    record BlockDevice(String path, int major, int minor, EntryAttributes attributes)
            implements LayerEntry {}

    record Fifo(String path, EntryAttributes attributes) implements LayerEntry {}

    static LayerEntry directory(String path, int mode) {
        return new Directory(path, EntryAttributes.mode(mode));
    }

    static LayerEntry file(String path, String text, int mode) {
        return file(path, text, EntryAttributes.mode(mode));
    }

    static LayerEntry file(String path, String text, EntryAttributes attributes) {
        return new RegularFile(path, Contents.of(text), attributes);
    }

    static LayerEntry file(String path, byte[] bytes, EntryAttributes attributes) {
        return new RegularFile(path, Contents.of(bytes), attributes);
    }

    /** Takes the bytes of a file of this host; owner, mode and time are those given. */
    static LayerEntry file(String path, Path source, int mode) {
        return new RegularFile(path, Contents.of(source), EntryAttributes.mode(mode));
    }

    static LayerEntry symlink(String path, String target) {
        return new Symlink(path, target, EntryAttributes.mode(0777));
    }

    static LayerEntry hardLink(String path, String target) {
        return new HardLink(path, target);
    }

    static LayerEntry characterDevice(String path, int major, int minor, int mode) {
        return new CharacterDevice(path, major, minor, EntryAttributes.mode(mode));
    }

    static LayerEntry fifo(String path, int mode) {
        return new Fifo(path, EntryAttributes.mode(mode));
    }

    /** Takes away what layers below have at this path. */
    static LayerEntry whiteout(String path) {
        int name = path.lastIndexOf('/') + 1;
        return file(path.substring(0, name) + ".wh." + path.substring(name), "", 0644);
    }

    /** Takes away what layers below have in this directory, not what this layer puts there. */
    static LayerEntry opaque(String directory) {
        return file(directory + "/.wh..wh..opq", "", 0644);
    }
}
