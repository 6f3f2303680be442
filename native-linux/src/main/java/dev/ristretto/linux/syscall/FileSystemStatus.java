// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What statfs(2) tells of a mounted file system.
 *
 * @param type its magic number, for example {@link #CGROUP2_SUPER_MAGIC}
 * @param blockSize in bytes; the unit of the three counts of blocks
 * @param blocks in total
 * @param blocksFree including those reserved for root
 * @param blocksAvailable to everybody
 * @param inodes in total; 0 where there is no limit
 * @param inodesFree not in use
 * @param flags {@code ST_*}
 */
public record FileSystemStatus(
        long type,
        long blockSize,
        long blocks,
        long blocksFree,
        long blocksAvailable,
        long inodes,
        long inodesFree,
        long flags) {
    public static final long CGROUP2_SUPER_MAGIC = 0x63677270L;
    public static final long CGROUP_SUPER_MAGIC = 0x27e0ebL;
    public static final long TMPFS_MAGIC = 0x01021994L;
    public static final long OVERLAYFS_SUPER_MAGIC = 0x794c7630L;
    public static final long NSFS_MAGIC = 0x6e736673L;
    public static final long PROC_SUPER_MAGIC = 0x9fa0L;

    static final int STRUCT_SIZE = 120;

    /** Reads {@code struct statfs} of a 64-bit kernel. */
    static FileSystemStatus decode(byte[] struct) {
        var in = ByteBuffer.wrap(struct).order(ByteOrder.nativeOrder());
        return new FileSystemStatus(
                in.getLong(0),
                in.getLong(8),
                in.getLong(16),
                in.getLong(24),
                in.getLong(32),
                in.getLong(40),
                in.getLong(48),
                in.getLong(80));
    }
}
