// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.mount;

/** Flags of the mount calls other than mount(2). */
public final class MountConstants {
    public static final int MNT_FORCE = 1;
    public static final int MNT_DETACH = 2;
    public static final int MNT_EXPIRE = 4;
    public static final int UMOUNT_NOFOLLOW = 8;

    public static final int FSOPEN_CLOEXEC = 1;
    public static final int FSMOUNT_CLOEXEC = 1;
    public static final int FSPICK_CLOEXEC = 1;
    public static final int FSPICK_SYMLINK_NOFOLLOW = 2;
    public static final int FSPICK_EMPTY_PATH = 8;

    public static final int OPEN_TREE_CLONE = 1;

    /** Equals {@code O_CLOEXEC}. */
    public static final int OPEN_TREE_CLOEXEC = 02000000;

    public static final int MOVE_MOUNT_F_SYMLINKS = 0x01;
    public static final int MOVE_MOUNT_F_EMPTY_PATH = 0x04;
    public static final int MOVE_MOUNT_T_SYMLINKS = 0x10;
    public static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;

    private MountConstants() {}
}
