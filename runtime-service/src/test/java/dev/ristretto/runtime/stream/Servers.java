// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.stream.wire.ListenSettings;

import io.netty.handler.ssl.SslContext;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Streaming servers for tests, and what is asked of them. */
final class Servers {
    static final ContainerId CONTAINER = new ContainerId("c0ffee00".repeat(8));
    static final StreamStdio ALL = new StreamStdio(false, true, true, true);
    static final StreamStdio TERMINAL = new StreamStdio(true, true, true, false);
    static final StreamStdio OUTPUT = new StreamStdio(false, false, true, true);

    private Servers() {}

    static StreamingSettings settings() {
        return settings(Optional.empty(), Duration.ofMinutes(1), Duration.ofSeconds(10));
    }

    static StreamingSettings settings(
            Optional<SslContext> tls, Duration idleTimeout, Duration linger) {
        return new StreamingSettings(
                listen(tls, idleTimeout),
                Duration.ofMinutes(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                linger);
    }

    /** A client has little time for its request and its streams, or to say its terminal's size. */
    static StreamingSettings impatient() {
        return new StreamingSettings(
                listen(Optional.empty(), Duration.ofMinutes(1)),
                Duration.ofMillis(500),
                Duration.ofMillis(1500),
                Duration.ofMillis(50),
                Duration.ofSeconds(5));
    }

    private static ListenSettings listen(Optional<SslContext> tls, Duration idleTimeout) {
        return new ListenSettings(
                InetAddress.getLoopbackAddress(),
                0,
                tls,
                Duration.ofMillis(1500),
                idleTimeout,
                Duration.ofSeconds(3));
    }

    /** Lets time pass, where nothing but time makes the difference. */
    static void pause(Duration time) throws InterruptedException {
        var _ = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    static StreamingServer serving(StreamProcess process) throws IOException {
        return StreamingServer.start(settings(), (_, _) -> process);
    }

    static StreamingServer shell() throws IOException {
        return StreamingServer.start(
                settings(), (request, _) -> new LocalProcess(request.command()));
    }

    static URI open(StreamingServer server, StreamStdio stdio, String... command) {
        var words = command.length == 0 ? List.of("true") : List.of(command);
        return server.openExec(new ExecStreamRequest(CONTAINER, words, stdio));
    }
}
