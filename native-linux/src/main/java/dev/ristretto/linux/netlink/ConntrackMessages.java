// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_ACK;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_DUMP;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_REQUEST;

import dev.ristretto.linux.syscall.SocketFlags;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Requests and answers about tracked connections: {@code nfnetlink_conntrack.h}. Pure. */
final class ConntrackMessages {
    private static final int NFNL_SUBSYS_CTNETLINK = 1 << 8;
    private static final int IPCTNL_MSG_CT_NEW = NFNL_SUBSYS_CTNETLINK;
    private static final int IPCTNL_MSG_CT_GET = NFNL_SUBSYS_CTNETLINK | 1;
    private static final int IPCTNL_MSG_CT_DELETE = NFNL_SUBSYS_CTNETLINK | 2;

    /** {@code struct nfgenmsg}: family, version, resource. */
    private static final int NFGENMSG = 4;

    private static final int CTA_TUPLE_ORIG = 1;
    private static final int CTA_TUPLE_REPLY = 2;
    private static final int CTA_ID = 12;
    private static final int CTA_ZONE = 18;
    private static final int CTA_FILTER = 25;
    private static final int CTA_FILTER_ORIG_FLAGS = 1;
    private static final int CTA_TUPLE_IP = 1;
    private static final int CTA_TUPLE_PROTO = 2;
    private static final int CTA_IP_V4_SRC = 1;
    private static final int CTA_IP_V4_DST = 2;
    private static final int CTA_IP_V6_SRC = 3;
    private static final int CTA_IP_V6_DST = 4;
    private static final int CTA_PROTO_NUM = 1;
    private static final int CTA_PROTO_DST_PORT = 3;
    private static final int NLA_F_NESTED = 0x8000;

    /** The protocol's number and the destination port have to be those of the tuple given. */
    private static final int FILTER_PROTO_NUM_AND_DST_PORT = 1 << 3 | 1 << 5;

    private ConntrackMessages() {}

    /** Kernels before 5.8 do not know the filter and answer with everything. */
    static MessageWriter dumpUdp(int family, int destinationPort) {
        return header(IPCTNL_MSG_CT_GET, NLM_F_REQUEST | NLM_F_DUMP, family)
                .nested(
                        CTA_TUPLE_ORIG | NLA_F_NESTED,
                        tuple ->
                                tuple.nested(
                                        CTA_TUPLE_PROTO | NLA_F_NESTED,
                                        proto ->
                                                proto.attributeU8(
                                                                CTA_PROTO_NUM,
                                                                SocketFlags.IPPROTO_UDP)
                                                        .attribute(
                                                                CTA_PROTO_DST_PORT,
                                                                port(destinationPort))))
                .nested(
                        CTA_FILTER | NLA_F_NESTED,
                        filter ->
                                filter.attributeU32(
                                        CTA_FILTER_ORIG_FLAGS, FILTER_PROTO_NUM_AND_DST_PORT));
    }

    /** The flow that a message tells of; empty if it is of another protocol. */
    static Optional<UdpFlow> decodeUdp(NetlinkMessage message) throws MalformedMessageException {
        if (message.type() != IPCTNL_MSG_CT_NEW) {
            return Optional.empty();
        }
        var attributes = message.attributesAfter(NFGENMSG);
        var original = attributes.nested(CTA_TUPLE_ORIG);
        var proto = original.nested(CTA_TUPLE_PROTO);
        if (proto.u8(CTA_PROTO_NUM).orElse(0) != SocketFlags.IPPROTO_UDP) {
            return Optional.empty();
        }
        var addresses = original.nested(CTA_TUPLE_IP);
        var answers = attributes.nested(CTA_TUPLE_REPLY).nested(CTA_TUPLE_IP);
        return Optional.of(
                new UdpFlow(
                        address(addresses, CTA_IP_V4_SRC, CTA_IP_V6_SRC),
                        address(addresses, CTA_IP_V4_DST, CTA_IP_V6_DST),
                        proto.bytes(CTA_PROTO_DST_PORT).map(ConntrackMessages::port).orElse(0),
                        address(answers, CTA_IP_V4_SRC, CTA_IP_V6_SRC)));
    }

    /** Deletes the connection that a message tells of, and no other that took its place. */
    static MessageWriter delete(NetlinkMessage message) throws MalformedMessageException {
        var attributes = message.attributesAfter(NFGENMSG);
        var request =
                header(
                        IPCTNL_MSG_CT_DELETE,
                        NLM_F_REQUEST | NLM_F_ACK,
                        message.payload().get(0) & 0xff);
        attributes
                .bytes(CTA_TUPLE_ORIG)
                .ifPresent(tuple -> request.attribute(CTA_TUPLE_ORIG | NLA_F_NESTED, tuple));
        attributes.bytes(CTA_ID).ifPresent(id -> request.attribute(CTA_ID, id));
        attributes.bytes(CTA_ZONE).ifPresent(zone -> request.attribute(CTA_ZONE, zone));
        return request;
    }

    private static MessageWriter header(int type, int flags, int family) {
        return new MessageWriter(type, flags).u8(family).u8(0).u16(0);
    }

    private static InetAddress address(Attributes from, int ipv4, int ipv6)
            throws MalformedMessageException {
        return from.bytes(ipv4)
                .or(() -> from.bytes(ipv6))
                .filter(bytes -> bytes.length == 4 || bytes.length == 16)
                .map(IpPrefix::addressOf)
                .orElseThrow(() -> new MalformedMessageException("address of a flow", 0, 0));
    }

    private static byte[] port(int number) {
        return ByteBuffer.allocate(Short.BYTES).putShort((short) number).array();
    }

    private static int port(byte[] bytes) {
        return bytes.length < Short.BYTES ? 0 : ByteBuffer.wrap(bytes).getShort() & 0xffff;
    }
}
