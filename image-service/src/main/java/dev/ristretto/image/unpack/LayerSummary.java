// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is worth to know of an unpacked layer without looking into it again.
 *
 * @param bytes on the disk, in whole blocks
 * @param inodes files and directories, the root included
 * @param opaqueRoot whether it hides all layers below it, which overlay cannot say of a root
 * @param implicitDirs directories that it has only because something lies in them: their owner and
 *     mode are those of a lower layer. The root is the empty string
 */
public record LayerSummary(
        long bytes, long inodes, boolean opaqueRoot, SortedSet<String> implicitDirs) {
    public LayerSummary {
        implicitDirs = Collections.unmodifiableSortedSet(new TreeSet<>(implicitDirs));
    }
}
