// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_ACK;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_CREATE;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_DUMP;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_EXCL;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_REQUEST;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Requests and answers about links: {@code RTM_*LINK}, {@code struct ifinfomsg}. Pure. */
final class LinkMessages {
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_GETLINK = 18;
    static final int RTM_SETLINK = 19;

    private static final int AF_UNSPEC = 0;
    private static final int AF_BRIDGE = 7;
    private static final int IFF_UP = 1;
    private static final int IFINFOMSG = 16;

    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_PROTINFO = 12;
    private static final int IFLA_OPERSTATE = 16;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_NET_NS_PID = 19;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFLA_EXT_MASK = 29;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_BR_STP_STATE = 5;
    private static final int IFLA_BRPORT_MODE = 4;
    private static final int VETH_INFO_PEER = 1;
    private static final int NLA_F_NESTED = 0x8000;

    /** Leaves the counters out of the answers: they are most of their length. */
    private static final int RTEXT_FILTER_SKIP_STATS = 8;

    private static final int ETHERNET_ADDRESS = 6;

    private LinkMessages() {}

    static MessageWriter dump() {
        return body(new MessageWriter(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP), 0)
                .attributeU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    }

    static MessageWriter get(String name) {
        return body(request(RTM_GETLINK), 0)
                .attributeU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS)
                .attributeString(IFLA_IFNAME, name);
    }

    static MessageWriter get(int index) {
        return body(request(RTM_GETLINK), index)
                .attributeU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    }

    static MessageWriter create(BridgeSpec bridge) {
        var message = body(creation(), 0);
        message.attributeU32(IFLA_MTU, bridge.mtu());
        bridge.macAddress().ifPresent(mac -> message.attribute(IFLA_ADDRESS, mac.bytes()));
        message.attributeString(IFLA_IFNAME, bridge.name());
        return linkInfo(message, "bridge", settings -> settings.attributeU32(IFLA_BR_STP_STATE, 0));
    }

    static MessageWriter create(VethSpec veth) {
        var message = body(creation(), 0, veth.state());
        message.attributeU32(IFLA_MTU, veth.mtu());
        veth.macAddress().ifPresent(mac -> message.attribute(IFLA_ADDRESS, mac.bytes()));
        veth.masterIndex().ifPresent(index -> message.attributeU32(IFLA_MASTER, index));
        message.attributeString(IFLA_IFNAME, veth.name());
        return linkInfo(
                message,
                "veth",
                settings -> settings.nested(VETH_INFO_PEER, peer -> peerOf(veth, peer)));
    }

    static MessageWriter delete(int index) {
        return body(request(RTM_DELLINK), index);
    }

    static MessageWriter delete(String name) {
        return body(request(RTM_DELLINK), 0).attributeString(IFLA_IFNAME, name);
    }

    static MessageWriter setState(int index, LinkState state) {
        return body(request(RTM_NEWLINK), index, state, IFF_UP);
    }

    /** Index 0 takes the link off its bridge. */
    static MessageWriter setMaster(int index, int masterIndex) {
        return body(request(RTM_NEWLINK), index).attributeU32(IFLA_MASTER, masterIndex);
    }

    static MessageWriter rename(int index, String name) {
        return body(request(RTM_NEWLINK), index).attributeString(IFLA_IFNAME, name);
    }

    /** The kernel takes the length for the text's: no NUL. */
    static MessageWriter setAlias(int index, String alias) {
        return body(request(RTM_NEWLINK), index)
                .attribute(IFLA_IFALIAS, alias.getBytes(StandardCharsets.UTF_8));
    }

    static MessageWriter setMtu(int index, int mtu) {
        return body(request(RTM_NEWLINK), index).attributeU32(IFLA_MTU, mtu);
    }

    static MessageWriter setMacAddress(int index, MacAddress address) {
        return body(request(RTM_NEWLINK), index).attribute(IFLA_ADDRESS, address.bytes());
    }

    static MessageWriter move(int index, NamespaceRef namespace) {
        return inNamespace(body(request(RTM_NEWLINK), index), namespace);
    }

    static MessageWriter setHairpin(int index, HairpinMode mode) {
        var message = new MessageWriter(RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK);
        return ifinfomsg(message, AF_BRIDGE, index, 0, 0)
                .nested(
                        IFLA_PROTINFO | NLA_F_NESTED,
                        port -> port.attributeU8(IFLA_BRPORT_MODE, mode.ordinal()));
    }

    static Link decode(NetlinkMessage message) throws MalformedMessageException {
        var attributes = message.attributesAfter(IFINFOMSG);
        var kind = attributes.nested(IFLA_LINKINFO).string(IFLA_INFO_KIND);
        boolean up = (message.payload().getInt(8) & IFF_UP) != 0;
        return new Link(
                message.payload().getInt(4),
                attributes.string(IFLA_IFNAME).orElse(""),
                kind,
                up ? LinkState.UP : LinkState.DOWN,
                OperState.of(attributes.u8(IFLA_OPERSTATE).orElse(0)),
                attributes.u32(IFLA_MTU).orElse(0),
                macAddress(attributes),
                attributes.u32(IFLA_MASTER),
                kind.filter("veth"::equals).isPresent()
                        ? attributes.u32(IFLA_LINK)
                        : OptionalInt.empty(),
                attributes.string(IFLA_IFALIAS).orElse(""));
    }

    private static Optional<MacAddress> macAddress(Attributes attributes) {
        return attributes
                .bytes(IFLA_ADDRESS)
                .filter(bytes -> bytes.length == ETHERNET_ADDRESS)
                .map(MacAddress::of);
    }

    private static void peerOf(VethSpec veth, MessageWriter peer) {
        body(peer, 0);
        veth.peerMacAddress().ifPresent(mac -> peer.attribute(IFLA_ADDRESS, mac.bytes()));
        peer.attributeU32(IFLA_MTU, veth.mtu());
        inNamespace(peer, veth.peerNamespace());
        peer.attributeString(IFLA_IFNAME, veth.peerName());
    }

    private static MessageWriter inNamespace(MessageWriter message, NamespaceRef namespace) {
        return switch (namespace) {
            case NamespaceRef.ByFd(int fd) -> message.attributeU32(IFLA_NET_NS_FD, fd);
            case NamespaceRef.ByPid(int pid) -> message.attributeU32(IFLA_NET_NS_PID, pid);
        };
    }

    private static MessageWriter linkInfo(
            MessageWriter message, String kind, Consumer<MessageWriter> settings) {
        return message.nested(
                IFLA_LINKINFO,
                info ->
                        info.attribute(IFLA_INFO_KIND, kind.getBytes(StandardCharsets.US_ASCII))
                                .nested(IFLA_INFO_DATA, settings));
    }

    private static MessageWriter request(int type) {
        return new MessageWriter(type, NLM_F_REQUEST | NLM_F_ACK);
    }

    private static MessageWriter creation() {
        return new MessageWriter(
                RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_EXCL | NLM_F_CREATE);
    }

    private static MessageWriter body(MessageWriter message, int index) {
        return ifinfomsg(message, AF_UNSPEC, index, 0, 0);
    }

    /** A new link: down is what it is anyway, and needs no change. */
    private static MessageWriter body(MessageWriter message, int index, LinkState state) {
        return body(message, index, state, state == LinkState.UP ? IFF_UP : 0);
    }

    private static MessageWriter body(
            MessageWriter message, int index, LinkState state, int change) {
        return ifinfomsg(message, AF_UNSPEC, index, state == LinkState.UP ? IFF_UP : 0, change);
    }

    private static MessageWriter ifinfomsg(
            MessageWriter message, int family, int index, int flags, int change) {
        return message.u8(family).u8(0).u16(0).u32(index).u32(flags).u32(change);
    }
}
