// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * {@code struct mount_attr} of mount_setattr(2).
 *
 * @param set {@code MOUNT_ATTR_*} to set
 * @param clear {@code MOUNT_ATTR_*} to clear
 * @param propagation {@code MS_SHARED}, {@code MS_SLAVE}, {@code MS_PRIVATE}, {@code
 *     MS_UNBINDABLE}, or 0 to leave it
 * @param usernsFd user namespace that maps the ids, with {@code MOUNT_ATTR_IDMAP} in {@code set};
 *     else 0
 */
public record MountAttributes(long set, long clear, long propagation, int usernsFd) {
    static final int SIZE = 32;

    byte[] encode() {
        return ByteBuffer.allocate(SIZE)
                .order(ByteOrder.nativeOrder())
                .putLong(set)
                .putLong(clear)
                .putLong(propagation)
                .putLong(usernsFd)
                .array();
    }
}
