// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.image.registry.PemFiles;
import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.stream.wire.ListenSettings;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the streaming server keeps to.
 *
 * @param tokenLife how long a URL counts
 * @param streamPatience how long a client may take to open its streams
 * @param sizePatience how long a process with a terminal waits for the terminal's size. A client
 *     sends it right after its streams; to wait for it lets a program find it at its start, and one
 *     that says nothing costs no more than this
 * @param linger how long a client is given to close its connection when all is said
 */
record StreamingSettings(
        ListenSettings listen,
        Duration tokenLife,
        Duration streamPatience,
        Duration sizePatience,
        Duration linger) {
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(1);
    private static final Duration STREAM_PATIENCE = Duration.ofSeconds(30);
    private static final Duration SIZE_PATIENCE = Duration.ofMillis(100);
    private static final Duration LINGER = Duration.ofSeconds(10);
    private static final Duration REQUEST_PATIENCE = Duration.ofSeconds(10);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(3);

    /**
     * Reads the certificate, if one is configured.
     *
     * @throws IOException naming the file
     */
    static StreamingSettings of(RistrettoConfig.Streaming config) throws IOException {
        var listen =
                new ListenSettings(
                        InetAddress.ofLiteral(config.address()),
                        config.port(),
                        tls(config),
                        REQUEST_PATIENCE,
                        Duration.ofSeconds(config.idleTimeoutSeconds()),
                        STOP_PATIENCE);
        return new StreamingSettings(listen, TOKEN_LIFE, STREAM_PATIENCE, SIZE_PATIENCE, LINGER);
    }

    private static Optional<SslContext> tls(RistrettoConfig.Streaming config) throws IOException {
        if (config.tlsCertificate().isEmpty()) {
            return Optional.empty();
        }
        var key = PemFiles.privateKey(Path.of(config.tlsKey()));
        var chain = PemFiles.certificates(Path.of(config.tlsCertificate()));
        return Optional.of(
                SslContextBuilder.forServer(key, chain)
                        .sslProvider(SslProvider.JDK)
                        .protocols("TLSv1.3", "TLSv1.2")
                        .build());
    }
}
