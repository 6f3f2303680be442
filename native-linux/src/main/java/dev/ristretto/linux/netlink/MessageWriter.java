// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Builds one netlink message: {@code struct nlmsghdr}, the body of its type, attributes. Numbers
 * are in the host's byte order; attributes begin at multiples of four. See netlink(7).
 */
final class MessageWriter {
    static final int HEADER = 16;

    /** More than any message of ours: names, addresses and a few numbers. */
    private static final int CAPACITY = 1024;

    private final ByteBuffer out = ByteBuffer.allocate(CAPACITY).order(ByteOrder.nativeOrder());

    MessageWriter(int type, int flags) {
        // Length, sequence and port are filled in when it is sent.
        out.putInt(0).putShort((short) type).putShort((short) flags).putInt(0).putInt(0);
    }

    MessageWriter u8(int value) {
        out.put((byte) value);
        return this;
    }

    MessageWriter u16(int value) {
        out.putShort((short) value);
        return this;
    }

    MessageWriter u32(int value) {
        out.putInt(value);
        return this;
    }

    MessageWriter attribute(int type, byte[] value) {
        return nested(type, content -> content.out.put(value));
    }

    MessageWriter attributeU8(int type, int value) {
        return nested(type, content -> content.u8(value));
    }

    MessageWriter attributeU32(int type, int value) {
        return nested(type, content -> content.u32(value));
    }

    /** A string with the NUL that the kernel's strings end in. */
    MessageWriter attributeString(int type, String value) {
        return attribute(type, (value + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** An attribute whose content is written by the lambda. */
    MessageWriter nested(int type, Consumer<MessageWriter> content) {
        int start = out.position();
        out.putShort((short) 0).putShort((short) type);
        content.accept(this);
        out.putShort(start, (short) (out.position() - start));
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
        return this;
    }

    /** The finished message; the kernel's answers repeat the sequence number. */
    byte[] finish(int sequence) {
        out.putInt(0, out.position()).putInt(8, sequence);
        return Arrays.copyOf(out.array(), out.position());
    }
}
