// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.syscall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * {@code struct timespec} as utimensat(2) takes it.
 *
 * @param seconds since the epoch, may be negative
 * @param nanos 0 to 999999999, or the special value of {@link #NOW} or {@link #OMIT}
 */
public record TimeSpec(long seconds, int nanos) {
    private static final int UTIME_NOW = 0x3fffffff;
    private static final int UTIME_OMIT = 0x3ffffffe;

    /** The kernel's own time. */
    public static final TimeSpec NOW = new TimeSpec(0, UTIME_NOW);

    /** Leaves the time as it is. */
    public static final TimeSpec OMIT = new TimeSpec(0, UTIME_OMIT);

    public TimeSpec {
        if (nanos < 0 || (nanos > 999_999_999 && nanos != UTIME_NOW && nanos != UTIME_OMIT)) {
            throw new IllegalArgumentException("nanoseconds %d out of range".formatted(nanos));
        }
    }

    public static TimeSpec of(Instant instant) {
        return new TimeSpec(instant.getEpochSecond(), instant.getNano());
    }

    static byte[] encode(TimeSpec accessed, TimeSpec modified) {
        return ByteBuffer.allocate(32)
                .order(ByteOrder.nativeOrder())
                .putLong(accessed.seconds)
                .putLong(accessed.nanos)
                .putLong(modified.seconds)
                .putLong(modified.nanos)
                .array();
    }
}
