// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_ACK;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_CREATE;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_DUMP;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_EXCL;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_REQUEST;

import dev.ristretto.linux.syscall.SocketFlags;

import java.net.InetAddress;
import java.util.Optional;

/** Requests and answers about routes: {@code RTM_*ROUTE}, {@code struct rtmsg}. Pure. */
final class RouteMessages {
    static final int RTM_NEWROUTE = 24;
    static final int RTM_DELROUTE = 25;
    static final int RTM_GETROUTE = 26;

    private static final int RTMSG = 12;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_TABLE = 15;
    private static final int RT_TABLE_MAIN = 254;
    private static final int RTPROT_STATIC = 4;
    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int RT_SCOPE_LINK = 253;
    private static final int RT_SCOPE_NOWHERE = 255;
    private static final int RTN_UNICAST = 1;
    private static final int RTN_LOCAL = 2;
    private static final int RTM_F_CLONED = 0x200;

    private RouteMessages() {}

    static MessageWriter dump(int family) {
        return new MessageWriter(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP)
                .u8(family)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(RT_TABLE_MAIN)
                .u8(0)
                .u8(0)
                .u8(0)
                .u32(0);
    }

    /** The route that a packet to this address would take. */
    static MessageWriter get(InetAddress address) {
        var prefix = IpPrefix.host(address);
        return new MessageWriter(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_ACK)
                .u8(AddressMessages.family(prefix))
                .u8(prefix.length())
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u32(0)
                .attribute(RTA_DST, address.getAddress());
    }

    /** Whether a route delivers to this host instead of leading anywhere. */
    static boolean isLocal(NetlinkMessage message) {
        return message.payload().limit() >= RTMSG && message.payload().get(7) == RTN_LOCAL;
    }

    static MessageWriter add(Route route) {
        int flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
        boolean onLink = route.gateway().isEmpty() && route.destination().isIpv4();
        return change(
                new MessageWriter(RTM_NEWROUTE, flags),
                route,
                onLink ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE);
    }

    static MessageWriter delete(Route route) {
        // "Nowhere" matches a route of any scope.
        return change(
                new MessageWriter(RTM_DELROUTE, NLM_F_REQUEST | NLM_F_ACK),
                route,
                RT_SCOPE_NOWHERE);
    }

    /** Empty for what is not a unicast route of the main table. */
    static Optional<Route> decode(NetlinkMessage message) throws MalformedMessageException {
        var attributes = message.attributesAfter(RTMSG);
        var body = message.payload();
        int table = attributes.u32(RTA_TABLE).orElse(body.get(4) & 0xff);
        boolean cached = (body.getInt(8) & RTM_F_CLONED) != 0;
        if (table != RT_TABLE_MAIN || body.get(7) != RTN_UNICAST || cached) {
            return Optional.empty();
        }
        var address =
                attributes
                        .bytes(RTA_DST)
                        .orElse(new byte[body.get(0) == SocketFlags.AF_INET ? 4 : 16]);
        return Optional.of(
                new Route(
                        new IpPrefix(IpPrefix.addressOf(address), body.get(1) & 0xff),
                        attributes.bytes(RTA_GATEWAY).map(IpPrefix::addressOf),
                        attributes.u32(RTA_OIF).orElse(0)));
    }

    private static MessageWriter change(MessageWriter message, Route route, int scope) {
        var destination = route.destination();
        message.u8(AddressMessages.family(destination))
                .u8(destination.length())
                .u8(0)
                .u8(0)
                .u8(RT_TABLE_MAIN)
                .u8(RTPROT_STATIC)
                .u8(scope)
                .u8(RTN_UNICAST)
                .u32(0);
        if (!route.isDefault()) {
            message.attribute(RTA_DST, destination.address().getAddress());
        }
        route.gateway().ifPresent(hop -> message.attribute(RTA_GATEWAY, hop.getAddress()));
        return message.attributeU32(RTA_OIF, route.linkIndex());
    }
}
