// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.stream.wire.ListenSettings;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Streaming servers for tests, and what is asked of them. */
final class Servers {
    static final ContainerId CONTAINER = new ContainerId("c0ffee00".repeat(8));
    static final StreamStdio ALL = new StreamStdio(false, true, true, true);
    static final StreamStdio TERMINAL = new StreamStdio(true, true, true, false);
    static final StreamStdio OUTPUT = new StreamStdio(false, false, true, true);

    private Servers() {}

    static StreamingSettings settings() {
        return settings(Duration.ofMinutes(1), Duration.ofSeconds(10));
    }

    static StreamingSettings settings(Duration idle, Duration linger) {
        var listen =
                new ListenSettings(
                        InetAddress.getLoopbackAddress(),
                        0,
                        Optional.empty(),
                        Duration.ofSeconds(10),
                        idle,
                        Duration.ofSeconds(3));
        return new StreamingSettings(listen, Duration.ofMinutes(1), Duration.ofSeconds(30), linger);
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
