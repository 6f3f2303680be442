// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A network interface, as the kernel lists it.
 *
 * @param index its number within its namespace
 * @param name 1 to 15 bytes
 * @param kind {@code bridge}, {@code veth}, …; empty for hardware and the loopback
 * @param state set up or not; says nothing of a cable
 * @param operState whether packets pass
 * @param mtu largest packet in bytes
 * @param macAddress if it is an Ethernet interface
 * @param masterIndex the bridge (or bond …) it is a port of
 * @param peerIndex of a veth: the other end's number, in that end's namespace
 * @param alias a free text that its maker left with it, for people; empty if none
 */
public record Link(
        int index,
        String name,
        Optional<String> kind,
        LinkState state,
        OperState operState,
        int mtu,
        Optional<MacAddress> macAddress,
        OptionalInt masterIndex,
        OptionalInt peerIndex,
        String alias) {
    private static final int MAX_NAME = 15;

    /**
     * Whether the kernel takes it as an interface's name.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/netdevice.7.html">netdevice(7)</a>
     */
    public static boolean isValidName(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_NAME
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/' && c != ':');
    }

    static String requireName(String name) {
        if (!isValidName(name)) {
            throw new IllegalArgumentException(
                    "'%s' is no interface name: 1 to 15 visible characters without / and :"
                            .formatted(name));
        }
        return name;
    }
}
