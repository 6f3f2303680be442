// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.grpc.CriServer;

import io.grpc.BindableService;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The parts of the daemon, put together. Closing it stops serving; containers go on running.
 *
 * <p>Made by one thread; safe from any thread afterwards.
 */
final class Daemon implements AutoCloseable {
    private final Path socket;
    private final CriServer server;

    private Daemon(Path socket, CriServer server) {
        this.socket = socket;
        this.server = server;
    }

    /** Recovers what runs, then serves. */
    static Daemon start(RistrettoConfig config) throws IOException {
        List<BindableService> services = List.of();
        return new Daemon(
                config.socket(), CriServer.start(config.socket(), config.socketGroup(), services));
    }

    Path socket() {
        return socket;
    }

    @Override
    public void close() {
        server.close();
    }
}
