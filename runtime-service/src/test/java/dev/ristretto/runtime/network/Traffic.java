// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Servers that answer with the address they were called from, and clients that ask for it. A server
 * stops when it is closed; a client gives up after the time in which TCP has tried twice, since the
 * first packet over an interface that has just come up may be lost.
 */
final class Traffic {
    private static final int PATIENCE_MILLIS = 2500;
    private static final int LONGEST = 256;

    private Traffic() {}

    /** Listens on all addresses of both families, or on one. */
    static AutoCloseable tcpServer(TestNetns where, String address, int port) throws IOException {
        var server =
                where.call(
                        () -> {
                            var socket = new ServerSocket();
                            socket.bind(new InetSocketAddress(TestNetns.ip(address), port));
                            return socket;
                        });
        Thread.ofPlatform().name("tcp-server").daemon().start(() -> serve(server));
        return server;
    }

    static AutoCloseable udpServer(TestNetns where, int port) throws IOException {
        var server = where.call(() -> new DatagramSocket(port));
        Thread.ofPlatform().name("udp-server").daemon().start(() -> serve(server));
        return server;
    }

    /** What the server sees as our address; empty if the connection fails. */
    static Optional<String> tcp(TestNetns from, String to, int port) throws IOException {
        return from.call(
                () -> {
                    try (var socket = new Socket()) {
                        socket.connect(
                                new InetSocketAddress(TestNetns.ip(to), port), PATIENCE_MILLIS);
                        socket.setSoTimeout(PATIENCE_MILLIS);
                        return Optional.of(text(socket.getInputStream().readAllBytes()));
                    } catch (IOException e) {
                        return Optional.empty();
                    }
                });
    }

    /** What the server sees as our address; empty if no answer comes. */
    static Optional<String> udp(TestNetns from, String to, int port) throws IOException {
        return from.call(
                () -> {
                    try (var socket = new DatagramSocket()) {
                        return udp(socket, to, port);
                    }
                });
    }

    /** The same over a socket of the caller's: one flow, however often it is called. */
    static Optional<String> udp(DatagramSocket socket, String to, int port) {
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.send(new DatagramPacket(new byte[1], 1, TestNetns.ip(to), port));
            var answer = new DatagramPacket(new byte[LONGEST], LONGEST);
            socket.receive(answer);
            return Optional.of(
                    new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void serve(ServerSocket server) {
        while (true) {
            try (var client = server.accept()) {
                client.getOutputStream().write(bytes(client.getInetAddress()));
            } catch (SocketException e) {
                return; // closed
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void serve(DatagramSocket server) {
        var packet = new DatagramPacket(new byte[LONGEST], LONGEST);
        while (true) {
            try {
                server.receive(packet);
                var answer = bytes(packet.getAddress());
                server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (SocketException e) {
                return; // closed
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static byte[] bytes(InetAddress address) {
        return IpText.of(address).getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
