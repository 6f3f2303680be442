// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.linux.syscall.KernelString;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the fields of a payload, docs/wire.md section 1. Everything but the expected is a {@link
 * Malformed}: a podshim of our version never sends it. Confined to one thread.
 */
final class WireReader {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final ByteBuffer payload;

    WireReader(byte[] payload) {
        this.payload = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    }

    int u16() throws Malformed {
        return Short.toUnsignedInt(need(Short.BYTES).getShort());
    }

    long u32() throws Malformed {
        return Integer.toUnsignedLong(i32());
    }

    int i32() throws Malformed {
        return need(Integer.BYTES).getInt();
    }

    /** A {@code u32} that Java holds in an int: a pid, a count. */
    int smallU32() throws Malformed {
        int value = i32();
        if (value < 0) {
            throw new Malformed("%d is too large".formatted(Integer.toUnsignedLong(value)));
        }
        return value;
    }

    /** A {@code u64} of nanoseconds since the epoch. */
    Instant time() throws Malformed {
        long nanos = need(Long.BYTES).getLong();
        return Instant.ofEpochSecond(
                Long.divideUnsigned(nanos, NANOS_PER_SECOND),
                Long.remainderUnsigned(nanos, NANOS_PER_SECOND));
    }

    String str() throws Malformed {
        int length = smallU32();
        var content = new byte[Math.min(length, payload.remaining())];
        need(length).get(content);
        for (byte b : content) {
            if (b == 0) {
                throw new Malformed("a NUL inside a string");
            }
        }
        if (need(1).get() != 0) {
            throw new Malformed("no NUL after a string");
        }
        return KernelString.decode(content);
    }

    /** A {@code vec} of what Java holds in a long. */
    List<Long> vec() throws Malformed {
        int count = smallU32();
        if (count > payload.remaining() / Long.BYTES) {
            throw new Malformed("it ends too early");
        }
        var values = new ArrayList<Long>(count);
        for (int i = 0; i < count; i++) {
            values.add(payload.getLong());
        }
        return List.copyOf(values);
    }

    /** What a {@code u32} wait status says. */
    static ExitStatus exitStatus(long waitStatus) throws Malformed {
        try {
            return ExitStatus.ofWaitStatus(waitStatus);
        } catch (IllegalArgumentException e) {
            throw new Malformed(e.getMessage());
        }
    }

    /** The payload must have been read to its last byte. */
    void end() throws Malformed {
        if (payload.hasRemaining()) {
            throw new Malformed("%d bytes too many".formatted(payload.remaining()));
        }
    }

    private ByteBuffer need(int bytes) throws Malformed {
        if (payload.remaining() < bytes) {
            throw new Malformed("it ends too early");
        }
        return payload;
    }

    /** A payload is not what docs/wire.md says. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(@Nullable String what) {
            super(what);
        }
    }
}
