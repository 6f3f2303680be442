// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.handler.ssl.SslContext;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Where and how the server listens.
 *
 * @param port 0 takes any that is free
 * @param tls empty for HTTP without TLS
 * @param requestPatience how long a client may take for TLS's handshake and its request
 * @param idleTimeout a connection on which nothing moves for so long is ended
 * @param stopPatience how long connections are given to end when the server is closed
 */
public record ListenSettings(
        InetAddress address,
        int port,
        Optional<SslContext> tls,
        Duration requestPatience,
        Duration idleTimeout,
        Duration stopPatience) {}
