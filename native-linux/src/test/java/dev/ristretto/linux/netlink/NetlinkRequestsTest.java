// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;

/** Our requests against those that iproute2 6.1 was seen to send for the same wish. */
final class NetlinkRequestsTest {
    private static final int SEQUENCE = 0x6b0557c6;

    @Test
    void ourVectors_areLittleEndian() {
        assertThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void createBridge_isAsIproute2DoesIt() {
        var mac = MacAddress.parse("02:00:00:00:00:09");

        assertThatMessage(LinkMessages.create(new BridgeSpec("br9", 1500, Optional.of(mac))))
                .isEqualTo(
                        """
                        5800000010000506 c657056b00000000
                        0000000000000000 0000000000000000
                        08000400dc050000 0a00010002000000
                        0009000008000300 627239001c001200
                        0a00010062726964 676500000c000200
                        0800050000000000
                        """);
    }

    @Test
    void createVeth_withItsPeerElsewhere_isAsIproute2DoesIt() {
        var veth =
                new VethSpec(
                        "vethA",
                        Optional.of(MacAddress.parse("02:00:00:00:00:01")),
                        OptionalInt.of(2),
                        "eth0",
                        Optional.of(MacAddress.parse("02:00:00:00:00:02")),
                        new NamespaceRef.ByFd(4),
                        1400,
                        LinkState.UP);

        assertThatMessage(LinkMessages.create(veth))
                .isEqualTo(
                        """
                        9400000010000506 c657056b00000000
                        0000000000000000 0100000001000000
                        0800040078050000 0a00010002000000
                        0001000008000a00 020000000a000300
                        7665746841000000 4c00120008000100
                        7665746840000200 3c00010000000000
                        0000000000000000 000000000a000100
                        0200000000020000 0800040078050000
                        08001c0004000000 0900030065746830
                        00000000
                        """);
    }

    @Test
    void setUpAndDelete_areAsIproute2DoesIt() {
        assertThatMessage(LinkMessages.setState(2, LinkState.UP))
                .isEqualTo("2000000010000500c657056b00000000 00000000020000000100000001000000");
        assertThatMessage(LinkMessages.delete(3))
                .isEqualTo("2000000011000500c657056b00000000 00000000030000000000000000000000");
    }

    @Test
    void setHairpin_isAsBridgeDoesIt() {
        assertThatMessage(LinkMessages.setHairpin(3, HairpinMode.ON))
                .isEqualTo(
                        """
                        2c00000013000500 c657056b00000000
                        0700000003000000 0000000000000000
                        0c000c8005000400 01000000
                        """);
    }

    @Test
    void addAddress_isAsIproute2DoesIt() {
        assertThatMessage(AddressMessages.add(2, IpPrefix.parse("10.88.0.1/16")))
                .isEqualTo(
                        """
                        2800000014000506 c657056b00000000
                        0210000002000000 080002000a580001
                        080001000a580001
                        """);
        assertThatMessage(AddressMessages.add(2, IpPrefix.parse("fd00::1/64")))
                .isEqualTo(
                        """
                        4000000014000506 c657056b00000000
                        0a40020002000000 14000200fd000000
                        0000000000000000 0000000114000100
                        fd00000000000000 0000000000000001
                        """);
    }

    @Test
    void deleteAddress_isAsIproute2DoesIt() {
        assertThatMessage(AddressMessages.delete(2, IpPrefix.parse("10.88.0.1/16")))
                .isEqualTo(
                        """
                        2800000015000500 c657056b00000000
                        0210000002000000 080002000a580001
                        080001000a580001
                        """);
    }

    @Test
    void setAlias_isAsIproute2DoesIt() {
        assertThatMessage(LinkMessages.setAlias(2, "hello"))
                .isEqualTo(
                        """
                        2c00000010000500 c657056b00000000
                        0000000002000000 0000000000000000
                        0900140068656c6c 6f000000
                        """);
    }

    @Test
    void addRoute_onLink_isAsIproute2DoesIt() {
        var route = new Route(IpPrefix.parse("10.99.0.0/16"), Optional.empty(), 2);

        assertThatMessage(RouteMessages.add(route))
                .isEqualTo(
                        """
                        2c00000018000506 c657056b00000000
                        02100000fe04fd01 0000000008000100
                        0a63000008000400 02000000
                        """);
    }

    @Test
    void addRoute_byDefault_isAsIproute2DoesIt() {
        assertThatMessage(RouteMessages.add(Route.byDefault(ip("10.88.0.7"), 2)))
                .isEqualTo(
                        """
                        2c00000018000506 c657056b00000000
                        02000000fe040001 0000000008000500
                        0a58000708000400 02000000
                        """);
    }

    @Test
    void addRoute_ofIpv6_isAsIproute2DoesIt() {
        var route = new Route(IpPrefix.parse("fd01::/64"), Optional.of(ip("fd00::7")), 2);

        assertThatMessage(RouteMessages.add(route))
                .isEqualTo(
                        """
                        4c00000018000506 c657056b00000000
                        0a400000fe040001 0000000014000100
                        fd01000000000000 0000000000000000
                        14000500fd000000 0000000000000000
                        0000000708000400 02000000
                        """);
    }

    private static HexAssert assertThatMessage(MessageWriter message) {
        return new HexAssert(HexFormat.of().formatHex(message.finish(SEQUENCE)));
    }

    private static InetAddress ip(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    /** Compares without regard to white space. */
    private record HexAssert(String actual) {
        void isEqualTo(String expected) {
            assertThat(actual).isEqualTo(expected.replaceAll("\\s", ""));
        }
    }
}
