// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * {@code struct open_how} of openat2(2).
 *
 * @param flags {@code O_*} of {@link FileFlags}
 * @param mode permission bits of a file that is made; the kernel refuses others than 0 without
 *     {@code O_CREAT} or {@code O_TMPFILE}
 * @param resolve {@code RESOLVE_*} of {@link FileFlags}
 */
public record OpenHow(int flags, int mode, int resolve) {
    static final int SIZE = 24;

    /** Whether even an absolute path starts at the directory descriptor. */
    boolean confined() {
        return (resolve & FileFlags.RESOLVE_IN_ROOT) != 0;
    }

    byte[] encode() {
        return ByteBuffer.allocate(SIZE)
                .order(ByteOrder.nativeOrder())
                .putLong(Integer.toUnsignedLong(flags))
                .putLong(mode)
                .putLong(resolve)
                .array();
    }
}
