// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.shim.RealPods;
import dev.ristretto.runtime.shim.ShimClient;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.StdioConfig;
import dev.ristretto.runtime.stream.AttachStreamRequest;
import dev.ristretto.runtime.stream.AttachTarget;
import dev.ristretto.runtime.stream.SpdyClient;
import dev.ristretto.runtime.stream.StreamEvent;
import dev.ristretto.runtime.stream.StreamProcess;
import dev.ristretto.runtime.stream.StreamStdio;
import dev.ristretto.runtime.stream.StreamingServer;
import dev.ristretto.runtime.stream.TerminalSize;
import dev.ristretto.runtime.stream.WebSocketClient;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Clients of both protocols, through the HTTP server, at a container that the podshim runs. */
@Tag("root")
@Timeout(300)
class AttachHttpKernelIT {
    private static final String SPDY = "v4.channel.k8s.io";
    private static final String WEBSOCKET = "v5.channel.k8s.io";
    private static final int OF_EACH = 100;
    private static final ContainerId ID = RealPods.container(1);
    private static final StdioConfig STDIN_ONCE = new StdioConfig(true, true, false);
    private static final StreamStdio WATCHING = new StreamStdio(false, false, true, false);
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir(factory = ShortTempDir.class)
    private Path runDirectory;

    private RealPods pods;
    private ShimClient client;
    private StreamingServer server;
    private final AtomicInteger attached = new AtomicInteger();

    @BeforeEach
    void start() throws IOException {
        pods = new RealPods(runDirectory);
        client = pods.create(1);
        server =
                StreamingServer.start(
                        RistrettoConfig.defaults().streaming(),
                        (_, _) -> {
                            throw new AssertionError("nobody execs");
                        });
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        pods.close();
    }

    /** As the daemon's, but for the store of containers. */
    private AttachTarget target(Duration patience, LongAdder taken) {
        return new AttachTarget() {
            @Override
            public void check(AttachStreamRequest request) {}

            @Override
            public StreamProcess attach(AttachStreamRequest request, TerminalSize size)
                    throws IOException {
                boolean stdin = request.stdio().stdin();
                var conversation = client.attach(request.containerId(), stdin, patience);
                attached.incrementAndGet();
                return new Counted(new ConversationStream("attach", conversation), taken);
            }
        };
    }

    /** Counts what is taken from the podshim for a client. */
    private record Counted(StreamProcess process, LongAdder taken) implements StreamProcess {
        @Override
        public StreamEvent next() throws IOException {
            var event = process.next();
            if (event instanceof StreamEvent.Output(_, var bytes)) {
                taken.add(bytes.length);
            }
            return event;
        }

        @Override
        public void writeStdin(byte[] bytes) throws IOException {
            process.writeStdin(bytes);
        }

        @Override
        public void closeStdin() throws IOException {
            process.closeStdin();
        }

        @Override
        public void resize(TerminalSize size) throws IOException {
            process.resize(size);
        }

        @Override
        public void close() {
            process.close();
        }
    }

    private URI url(StreamStdio stdio, Duration patience, LongAdder taken) {
        return server.openAttach(new AttachStreamRequest(ID, stdio), target(patience, taken));
    }

    private SpdyClient spdy(Duration patience, LongAdder taken) throws IOException {
        var watching = SpdyClient.connect(url(WATCHING, patience, taken), SPDY);
        watching.open("error");
        watching.open("stdout");
        return watching;
    }

    private WebSocketClient webSocket(Duration patience) throws Exception {
        return new WebSocketClient(url(WATCHING, patience, new LongAdder()), WEBSOCKET);
    }

    /** What came on standard output until the container had ended. */
    private static String output(SpdyClient attached) throws IOException {
        return attached.readUntil("fin stdout").stream()
                .filter(word -> word.startsWith("stdout:"))
                .map(word -> word.substring("stdout:".length()).replace("<fin>", ""))
                .collect(Collectors.joining());
    }

    private static String output(WebSocketClient attached) throws InterruptedException {
        var text = new StringBuilder();
        for (var word = attached.next(); !word.startsWith("close"); word = attached.next()) {
            if (word.startsWith("1:")) {
                text.append(word, 2, word.length());
            }
        }
        return text.toString();
    }

    @Test
    void twoHundredClientsOfBothProtocols_seeTheSameUntilTheContainerEnds() throws Exception {
        client.start(ID, "", STDIN_ONCE, RealPods.shell("read go; seq 1 1000"));
        var bySpdy = new ArrayList<SpdyClient>();
        var byWebSocket = new ArrayList<WebSocketClient>();
        try {
            for (int i = 0; i < OF_EACH; i++) {
                bySpdy.add(spdy(LONG, new LongAdder()));
                byWebSocket.add(webSocket(LONG));
            }
            TestNode.await(() -> attached.get() == 2 * OF_EACH);

            letGo();

            var expected =
                    IntStream.rangeClosed(1, 1000)
                            .mapToObj(n -> n + "\n")
                            .collect(Collectors.joining());
            for (var watching : bySpdy) {
                assertThat(output(watching)).isEqualTo(expected);
            }
            for (var watching : byWebSocket) {
                assertThat(output(watching)).isEqualTo(expected);
            }
        } finally {
            for (var watching : bySpdy) {
                watching.close();
            }
            byWebSocket.forEach(WebSocketClient::close);
        }
    }

    @Test
    void clientThatDoesNotRead_isCutOffAndCostsNoMemory() throws Exception {
        client.start(
                ID,
                "",
                STDIN_ONCE,
                RealPods.shell("read go; head -c 33554432 /dev/zero | tr '\\0' x"));
        var taken = new LongAdder();
        try (var stuck = spdy(Duration.ofSeconds(2), taken);
                var watching = webSocket(LONG)) {
            TestNode.await(() -> attached.get() == 2);

            letGo();

            assertThat(output(watching)).hasSize(32 << 20).matches("x+");
            // All that one who never reads costs are the kernel's buffers, some MiB.
            assertThat(taken.sum()).isBetween(1L, 16L << 20);
            assertThat(stuck.head()).contains("101"); // it was served, and never read
        }
    }

    private void letGo() throws IOException {
        try (var conversation = client.attach(ID, true, LONG)) {
            conversation.writeStdin(ByteBuffer.wrap("go\n".getBytes(StandardCharsets.UTF_8)));
        }
    }
}
