// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import java.util.ArrayList;
import java.util.List;

/**
 * The name of an entry, seen from the layer's root: absolute names begin there too, as containerd
 * has it, {@code .} and {@code ..} are resolved, and what would lead above the root is refused.
 *
 * @param path without slashes at either end; empty for the root itself
 */
record EntryName(String path) {
    private static final String WHITEOUT = ".wh.";
    private static final String WHITEOUT_META = ".wh..wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    static EntryName parse(String raw) throws BadLayerException {
        if (isPlain(raw)) {
            return new EntryName(raw);
        }
        var parts = new ArrayList<String>();
        for (var part : raw.split("/")) {
            switch (part) {
                case "", "." -> {}
                case ".." -> {
                    if (parts.isEmpty()) {
                        throw new BadLayerException(
                                "entry '%s' leads out of the layer with '..'", raw);
                    }
                    parts.removeLast();
                }
                default -> parts.add(part);
            }
        }
        return new EntryName(String.join("/", parts));
    }

    /** Most names need no work: no dot begins a part and no slash is double or at an end. */
    private static boolean isPlain(String raw) {
        return !raw.startsWith("/")
                && !raw.startsWith(".")
                && !raw.endsWith("/")
                && !raw.contains("/.")
                && !raw.contains("//");
    }

    boolean isRoot() {
        return path.isEmpty();
    }

    /** The directory it lies in; empty for the root. */
    String parent() {
        return path.substring(0, Math.max(path.lastIndexOf('/'), 0));
    }

    String base() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    List<String> parts() {
        return isRoot() ? List.of() : List.of(path.split("/"));
    }

    /** Marks that its directory hides all that lower layers have there (image-spec, layer.md). */
    boolean isOpaqueMark() {
        return base().equals(OPAQUE);
    }

    /** What AUFS kept for itself, and old tools put into layers: to be left out. */
    boolean isAufsMeta() {
        return !isOpaqueMark()
                && (path.startsWith(WHITEOUT_META) || path.contains("/" + WHITEOUT_META));
    }

    /** Marks that a file of a lower layer is gone. */
    boolean isWhiteout() {
        return base().startsWith(WHITEOUT) && !base().startsWith(WHITEOUT_META);
    }

    /** The name that a whiteout takes away. */
    String whitedOut() throws BadLayerException {
        var name = base().substring(WHITEOUT.length());
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new BadLayerException("entry '%s' is a whiteout of no file", path);
        }
        return name;
    }
}
