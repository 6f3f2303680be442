// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import dev.ristretto.linux.syscall.TimeSpec;

import java.util.Map;

/**
 * One file of a tar, with all that its headers say.
 *
 * @param name as written, in the form of {@link dev.ristretto.linux.syscall.KernelString}
 * @param linkName what a link points to; empty for others
 * @param mode the lower twelve bits
 * @param uid 0 to 2³²-2
 * @param gid 0 to 2³²-2
 * @param size of the data that follows
 * @param deviceMajor of a device node
 * @param deviceMinor of a device node
 * @param xattrs extended attributes by their full name
 */
public record TarEntry(
        String name,
        Type type,
        String linkName,
        int mode,
        long uid,
        long gid,
        long size,
        TimeSpec modified,
        int deviceMajor,
        int deviceMinor,
        Map<String, byte[]> xattrs) {

    /** What can be in a layer. */
    public enum Type {
        FILE,
        HARD_LINK,
        SYMBOLIC_LINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        DIRECTORY,
        FIFO
    }
}
