// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_ACK;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_CREATE;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_DUMP;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_EXCL;
import static dev.ristretto.linux.netlink.NetlinkSocket.NLM_F_REQUEST;

import dev.ristretto.linux.syscall.SocketFlags;

/** Requests and answers about addresses: {@code RTM_*ADDR}, {@code struct ifaddrmsg}. Pure. */
final class AddressMessages {
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int RTM_GETADDR = 22;

    private static final int IFADDRMSG = 8;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_F_NODAD = 2;
    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int RT_SCOPE_LINK = 253;

    private AddressMessages() {}

    /** Of one interface; the kernel filters, because the socket asks for strict checks. */
    static MessageWriter dump(int linkIndex) {
        return new MessageWriter(RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u32(linkIndex);
    }

    static MessageWriter add(int linkIndex, IpPrefix prefix) {
        int flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
        return change(new MessageWriter(RTM_NEWADDR, flags), linkIndex, prefix);
    }

    static MessageWriter delete(int linkIndex, IpPrefix prefix) {
        return change(new MessageWriter(RTM_DELADDR, NLM_F_REQUEST | NLM_F_ACK), linkIndex, prefix);
    }

    static LinkAddress decode(NetlinkMessage message) throws MalformedMessageException {
        var attributes = message.attributesAfter(IFADDRMSG);
        // Of a point-to-point link IFA_ADDRESS is the other end's.
        var own =
                attributes
                        .bytes(IFA_LOCAL)
                        .or(() -> attributes.bytes(IFA_ADDRESS))
                        .orElseThrow(() -> new MalformedMessageException("address", 0, 0));
        var prefix = new IpPrefix(IpPrefix.addressOf(own), message.payload().get(1) & 0xff);
        boolean linkLocal = (message.payload().get(3) & 0xff) >= RT_SCOPE_LINK;
        return new LinkAddress(message.payload().getInt(4), prefix, linkLocal);
    }

    private static MessageWriter change(MessageWriter message, int linkIndex, IpPrefix prefix) {
        var address = prefix.address().getAddress();
        return message.u8(family(prefix))
                .u8(prefix.length())
                // Ours are unique by construction: waiting a second to find that out is waste.
                .u8(prefix.isIpv4() ? 0 : IFA_F_NODAD)
                .u8(RT_SCOPE_UNIVERSE)
                .u32(linkIndex)
                .attribute(IFA_LOCAL, address)
                .attribute(IFA_ADDRESS, address);
    }

    static int family(IpPrefix prefix) {
        return prefix.isIpv4() ? SocketFlags.AF_INET : SocketFlags.AF_INET6;
    }
}
