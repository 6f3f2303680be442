// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.linux.syscall.KernelString;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Writes the fields of docs/wire.md section 1 one after the other. Confined to one thread. */
final class WireWriter {
    static final int HEADER_BYTES = 8;
    static final int VERSION = 1;

    private static final VarHandle U16 =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U32 =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U64 =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    private int length;

    WireWriter(int expectedBytes) {
        this.bytes = new byte[expectedBytes];
    }

    /** Begins a frame; {@link #endFrame} completes its header. */
    static WireWriter frame(FrameType type) {
        return new WireWriter(256).u32(0).u16(type.code()).u16(VERSION);
    }

    /**
     * Completes the header of {@link #frame}.
     *
     * @param more bytes of payload that are sent after these
     */
    ByteBuffer endFrame(int more) {
        patchU32(0, Math.addExact(length - HEADER_BYTES, more));
        return ByteBuffer.wrap(bytes, 0, length);
    }

    int length() {
        return length;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    WireWriter u16(int value) {
        reserve(Short.BYTES);
        U16.set(bytes, length, (short) value);
        length += Short.BYTES;
        return this;
    }

    WireWriter u32(int value) {
        reserve(Integer.BYTES);
        U32.set(bytes, length, value);
        length += Integer.BYTES;
        return this;
    }

    WireWriter u64(long value) {
        reserve(Long.BYTES);
        U64.set(bytes, length, value);
        length += Long.BYTES;
        return this;
    }

    /**
     * A {@code str}.
     *
     * @throws IllegalArgumentException if it holds a NUL
     */
    WireWriter str(String value) {
        var encoded = KernelString.encode(value);
        bytes(encoded);
        reserve(1);
        bytes[length++] = 0;
        return this;
    }

    WireWriter list(List<String> values) {
        u32(values.size());
        values.forEach(this::str);
        return this;
    }

    WireWriter bytes(byte[] value) {
        u32(value.length);
        reserve(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    WireWriter vec(List<Long> values) {
        u32(values.size());
        values.forEach(this::u64);
        return this;
    }

    void patchU32(int position, int value) {
        U32.set(bytes, position, value);
    }

    private void reserve(int more) {
        int needed = Math.addExact(length, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
        }
    }
}
