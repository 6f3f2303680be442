// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The attributes of a message or of another attribute, by type. Of two alike the last counts. */
final class Attributes {
    private static final int HEADER = 4;

    /** Without NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
    private static final int TYPE_MASK = 0x3fff;

    private final Map<Integer, byte[]> values;

    private Attributes(Map<Integer, byte[]> values) {
        this.values = values;
    }

    static Attributes parse(ByteBuffer in) throws MalformedMessageException {
        var values = new HashMap<Integer, byte[]>();
        while (in.remaining() >= HEADER) {
            int start = in.position();
            int length = in.getShort(start) & 0xffff;
            if (length < HEADER || length > in.remaining()) {
                throw new MalformedMessageException("attribute", length, in.remaining());
            }
            var value = new byte[length - HEADER];
            in.get(start + HEADER, value);
            values.put(in.getShort(start + 2) & TYPE_MASK, value);
            in.position(Math.min(in.limit(), start + NetlinkMessage.aligned(length)));
        }
        return new Attributes(values);
    }

    Optional<byte[]> bytes(int type) {
        return Optional.ofNullable(values.get(type));
    }

    OptionalInt u32(int type) {
        var value = values.get(type);
        return value == null || value.length < Integer.BYTES
                ? OptionalInt.empty()
                : OptionalInt.of(wrapped(value).getInt(0));
    }

    OptionalInt u8(int type) {
        var value = values.get(type);
        return value == null || value.length == 0
                ? OptionalInt.empty()
                : OptionalInt.of(value[0] & 0xff);
    }

    /** Without the NUL at its end. */
    Optional<String> string(int type) {
        return bytes(type).map(Attributes::text);
    }

    Attributes nested(int type) throws MalformedMessageException {
        var value = values.get(type);
        return value == null ? new Attributes(Map.of()) : parse(wrapped(value));
    }

    private static String text(byte[] value) {
        int end = 0;
        while (end < value.length && value[end] != 0) {
            end++;
        }
        return new String(value, 0, end, StandardCharsets.UTF_8);
    }

    private static ByteBuffer wrapped(byte[] value) {
        return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
    }
}
