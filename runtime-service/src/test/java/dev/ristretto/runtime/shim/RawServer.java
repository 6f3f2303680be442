// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Listens on a {@code shim.sock} and behaves as badly as a test wants. */
final class RawServer implements AutoCloseable {
    private final ServerSocketChannel server;

    private RawServer(ServerSocketChannel server) {
        this.server = server;
    }

    static RawServer in(Path directory) throws IOException {
        return withBacklog(directory, 16);
    }

    static RawServer at(Path socket, int backlog) throws IOException {
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), backlog);
        return new RawServer(server);
    }

    static RawServer withBacklog(Path directory, int backlog) throws IOException {
        Files.createDirectories(directory);
        return at(directory.resolve("shim.sock"), backlog);
    }

    /** To the next client: reads so many bytes, sends, hangs up. */
    void hangingUpAfter(int bytes, FakeFrame frame) {
        inBackground(
                connection -> {
                    connection.readRaw(bytes);
                    connection.send(frame.type(), frame.bytes());
                });
    }

    /** To the next client: reads a frame, sends these bytes, hangs up. */
    void sending(byte[] raw) {
        inBackground(
                connection -> {
                    connection.receive();
                    connection.sendRaw(raw);
                });
    }

    /** Serves so many clients, one after the other, before it returns. */
    void answeringAll(int clients, FakeFrame frame) throws IOException {
        for (int i = 0; i < clients; i++) {
            try (var connection = new FakeConnection(server.accept())) {
                connection.receive();
                connection.send(frame.type(), frame.bytes());
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** To the next client: answers; the future holds what was asked. */
    CompletableFuture<FakeConnection.Frame> answering(FakeFrame frame) {
        var request = new CompletableFuture<FakeConnection.Frame>();
        inBackground(
                connection -> {
                    request.complete(connection.receive());
                    connection.send(frame.type(), frame.bytes());
                });
        return request;
    }

    private void inBackground(Behaviour behaviour) {
        var _ =
                Thread.ofVirtual()
                        .name("raw-server")
                        .start(
                                () -> {
                                    try (var connection = new FakeConnection(server.accept())) {
                                        behaviour.meet(connection);
                                    } catch (IOException e) {
                                        // The client hung up first, which some tests are about.
                                        return;
                                    }
                                });
    }

    private interface Behaviour {
        void meet(FakeConnection connection) throws IOException;
    }
}
