// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One message from the kernel.
 *
 * @param type {@code NLMSG_*} or {@code RTM_*}
 * @param flags {@code NLM_F_*}
 * @param sequence of the request it answers
 * @param port of the socket it is for
 * @param payload what follows the header, in the host's byte order
 */
record NetlinkMessage(int type, int flags, int sequence, int port, ByteBuffer payload) {
    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;

    /** Takes a datagram apart. */
    static List<NetlinkMessage> split(ByteBuffer datagram) throws MalformedMessageException {
        var in = datagram.slice().order(ByteOrder.nativeOrder());
        var messages = new ArrayList<NetlinkMessage>();
        while (in.remaining() >= MessageWriter.HEADER) {
            int start = in.position();
            int length = in.getInt(start);
            if (length < MessageWriter.HEADER || length > in.remaining()) {
                throw new MalformedMessageException("message", length, in.remaining());
            }
            messages.add(
                    new NetlinkMessage(
                            in.getShort(start + 4) & 0xffff,
                            in.getShort(start + 6) & 0xffff,
                            in.getInt(start + 8),
                            in.getInt(start + 12),
                            in.slice(start + MessageWriter.HEADER, length - MessageWriter.HEADER)
                                    .order(ByteOrder.nativeOrder())));
            in.position(Math.min(in.limit(), start + aligned(length)));
        }
        return List.copyOf(messages);
    }

    /** The attributes that follow a body of this many bytes. */
    Attributes attributesAfter(int body) throws MalformedMessageException {
        if (payload.limit() < body) {
            throw new MalformedMessageException("body", body, payload.limit());
        }
        return Attributes.parse(
                payload.slice(body, payload.limit() - body).order(ByteOrder.nativeOrder()));
    }

    static int aligned(int length) {
        return (length + 3) & ~3;
    }
}
