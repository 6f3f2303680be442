// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.FileStatus;

/**
 * Where an entry goes.
 *
 * @param parent the directory, open; owned by the {@link LayerTree}
 * @param parentPath from the root, through no symbolic link
 * @param base the name in it
 */
record Place(Fd parent, String parentPath, String base) {
    int dirfd() {
        return parent.number();
    }

    /** From the root, through no symbolic link. */
    String path() {
        return parentPath.isEmpty() ? base : parentPath + "/" + base;
    }

    Place sibling(String name) {
        return new Place(parent, parentPath, name);
    }

    /** Overlay's whiteout: a character device 0:0. */
    static boolean isWhiteout(FileStatus status) {
        return status.type() == FileFlags.S_IFCHR
                && status.represents().major() == 0
                && status.represents().minor() == 0;
    }
}
