// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.mount;

import java.util.Collection;

/**
 * Attributes of mount_setattr(2) and fsmount(2). The three ways to keep access times are one field:
 * to set one, clear {@link #ATIME_FIELD}.
 */
public enum MountAttr {
    MOUNT_ATTR_RDONLY(0x01),
    MOUNT_ATTR_NOSUID(0x02),
    MOUNT_ATTR_NODEV(0x04),
    MOUNT_ATTR_NOEXEC(0x08),
    MOUNT_ATTR_RELATIME(0x00),
    MOUNT_ATTR_NOATIME(0x10),
    MOUNT_ATTR_STRICTATIME(0x20),
    MOUNT_ATTR_NODIRATIME(0x80),
    /** Not for fsmount(2). */
    MOUNT_ATTR_IDMAP(0x100000),
    /** Linux 5.14. */
    MOUNT_ATTR_NOSYMFOLLOW(0x200000);

    /** The kernel's {@code MOUNT_ATTR__ATIME}. */
    public static final long ATIME_FIELD = 0x70;

    private final long bit;

    MountAttr(long bit) {
        this.bit = bit;
    }

    /** The kernel's number. */
    public long bit() {
        return bit;
    }

    /** All of them in one word, as the kernel takes them. */
    public static long mask(Collection<MountAttr> attributes) {
        return attributes.stream().mapToLong(MountAttr::bit).reduce(0, (a, b) -> a | b);
    }
}
