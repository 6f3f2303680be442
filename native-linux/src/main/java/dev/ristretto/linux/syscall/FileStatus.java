// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * What statx(2) tells of a file (its basic fields).
 *
 * @param mode type and permission bits, {@code S_IF*} and {@code S_IS*}
 * @param uid owner, unsigned
 * @param gid group, unsigned
 * @param links number of names
 * @param inode number within {@code device}
 * @param size in bytes
 * @param blocks of 512 bytes that it occupies
 * @param modified time of the last change of its content
 * @param device the file system it lies on
 * @param represents the device that it stands for, if it is a device node
 */
public record FileStatus(
        int mode,
        int uid,
        int gid,
        long links,
        long inode,
        long size,
        long blocks,
        Instant modified,
        DeviceNumber device,
        DeviceNumber represents) {
    static final int STRUCT_SIZE = 256;
    static final int STATX_BASIC_STATS = 0x7ff;

    /** Reads {@code struct statx}; the offsets are the kernel's ABI. */
    static FileStatus decode(byte[] struct) {
        var in = ByteBuffer.wrap(struct).order(ByteOrder.nativeOrder());
        return new FileStatus(
                in.getShort(0x1c) & 0xffff,
                in.getInt(0x14),
                in.getInt(0x18),
                Integer.toUnsignedLong(in.getInt(0x10)),
                in.getLong(0x20),
                in.getLong(0x28),
                in.getLong(0x30),
                Instant.ofEpochSecond(in.getLong(0x70), Integer.toUnsignedLong(in.getInt(0x78))),
                new DeviceNumber(in.getInt(0x88), in.getInt(0x8c)),
                new DeviceNumber(in.getInt(0x80), in.getInt(0x84)));
    }

    public boolean isDirectory() {
        return type() == FileFlags.S_IFDIR;
    }

    public boolean isRegularFile() {
        return type() == FileFlags.S_IFREG;
    }

    public boolean isSymbolicLink() {
        return type() == FileFlags.S_IFLNK;
    }

    /** One of {@code S_IF*}. */
    public int type() {
        return mode & FileFlags.S_IFMT;
    }

    /** The lower twelve bits: set-user-id, set-group-id, sticky, and {@code rwx} three times. */
    public int permissions() {
        return mode & 07777;
    }
}
