// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import java.net.InetAddress;

/**
 * Datagrams between two addresses that the kernel translates alike for as long as they keep coming
 * (connection tracking).
 *
 * @param source who sent the first
 * @param destination where to
 * @param destinationPort the port it was sent to
 * @param answering who really gets them and answers: not the destination if that was translated
 */
public record UdpFlow(
        InetAddress source, InetAddress destination, int destinationPort, InetAddress answering) {}
