// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;
import dev.ristretto.cli.session.Endpoint;
import dev.ristretto.cli.session.FailureWords;
import dev.ristretto.cli.session.Patience;

import io.grpc.StatusRuntimeException;

import ristretto.v1.LoadRequest;

import runtime.v1.VersionRequest;

import java.nio.file.Path;
import java.time.Duration;

/** An endpoint that is measured, over one connection. */
final class Target implements AutoCloseable {
    private static final Patience PATIENCE =
            new Patience(Duration.ofSeconds(30), Duration.ofMinutes(4));

    private final Endpoint endpoint;
    private final Connection connection;
    private final String name;

    private Target(Endpoint endpoint, Connection connection, String name) {
        this.endpoint = endpoint;
        this.connection = connection;
        this.name = name;
    }

    /** Connects and asks who is there. */
    static Target connect(Endpoint endpoint) {
        var connection = Connection.open(endpoint, PATIENCE);
        try {
            var request = VersionRequest.newBuilder().setVersion("v1").build();
            var version = connection.runtime().version(request);
            var name = version.getRuntimeName() + " " + version.getRuntimeVersion();
            return new Target(endpoint, connection, name);
        } catch (StatusRuntimeException e) {
            connection.close();
            throw CommandFailure.because(e, "%s", new FailureWords(endpoint).of(e));
        }
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Connection connection() {
        return connection;
    }

    /** Loads an archive of images; only ristrettod can. */
    void load(Path archive) {
        var path = archive.toAbsolutePath().normalize().toString();
        connection.ristretto().load(LoadRequest.newBuilder().setPath(path).build());
    }

    /** The runtime's own name and version. */
    String name() {
        return name;
    }

    @Override
    public void close() {
        connection.close();
    }
}
