// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.config.RistrettoConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

@Timeout(60)
class StreamingServerComponentTest {
    private static final String V4 = "v4.channel.k8s.io";

    @Test
    void openExec_givesAUrlWithAnUnguessableToken() throws IOException {
        try (var server = Servers.serving(new ScriptedProcess())) {
            assertThat(Servers.open(server, Servers.OUTPUT).toString())
                    .matches("http://127\\.0\\.0\\.1:[0-9]+/exec/[A-Za-z0-9_-]{32}");
        }
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0,127.0.0.1", "::,[::1]", "::1,[::1]", "127.0.0.1,127.0.0.1"})
    void openExec_namesAnAddressThatReachesTheServer(String address, String host)
            throws IOException {
        var config = new RistrettoConfig.Streaming(address, 0, "", "", 60);
        try (var server = StreamingServer.start(config, (_, _) -> new ScriptedProcess().exit(0))) {
            var url = Servers.open(server, Servers.OUTPUT);
            assertThat(url.getHost()).isEqualTo(host.equals("[::1]") ? "[0:0:0:0:0:0:0:1]" : host);

            try (var client = SpdyClient.connect(url, V4)) {
                assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            }
        }
    }

    @Test
    void start_onAPortInUse_namesAddressAndKeys() throws IOException {
        try (var first = Servers.serving(new ScriptedProcess())) {
            int port = Servers.open(first, Servers.OUTPUT).getPort();
            var config = new RistrettoConfig.Streaming("127.0.0.1", port, "", "", 60);

            assertThatThrownBy(() -> StreamingServer.start(config, (_, _) -> new ScriptedProcess()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("listen on /127.0.0.1:" + port)
                    .hasMessageContaining("streaming.port");
        }
    }

    @Test
    void request_forStreamsThatCannotBe_isInvalid() {
        assertThatThrownBy(() -> new StreamStdio(true, true, true, true))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        f -> assertThat(f.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT));
        assertThatThrownBy(() -> new StreamStdio(true, false, false, false))
                .hasMessage("none of stdin, stdout and stderr is set");
        assertThatThrownBy(
                        () -> new ExecStreamRequest(Servers.CONTAINER, List.of(), Servers.OUTPUT))
                .hasMessage("cmd is empty");
    }

    @Test
    void url_countsOnce() throws Exception {
        try (var server = Servers.serving(new ScriptedProcess())) {
            var url = Servers.open(server, Servers.OUTPUT);
            try (var first = SpdyClient.connect(url, V4);
                    var second = SpdyClient.connect(url, V4)) {
                assertThat(first.head()).startsWith("HTTP/1.1 101 ");
                assertThat(second.head()).startsWith("HTTP/1.1 404 ");
                assertThat(second.body())
                        .startsWith("no streaming request waits under this URL: it counts once");
            }
        }
    }

    @Test
    void url_afterItsTime_isNotFound() throws Exception {
        try (var server =
                StreamingServer.start(Servers.impatient(), (_, _) -> new ScriptedProcess())) {
            var url = Servers.open(server, Servers.OUTPUT);
            Servers.pause(Duration.ofMillis(600));

            try (var client = SpdyClient.connect(url, V4)) {
                assertThat(client.head()).startsWith("HTTP/1.1 404 ");
            }
        }
    }

    @Test
    void url_survivesARequestThatCannotBeServed() throws Exception {
        try (var server = Servers.serving(new ScriptedProcess())) {
            var url = Servers.open(server, Servers.OUTPUT);
            try (var wrong = SpdyClient.connect(url, "v9.channel.k8s.io")) {
                assertThat(wrong.head())
                        .startsWith("HTTP/1.1 403 ")
                        .contains(
                                "X-Accepted-Stream-Protocol-Versions: v4.channel.k8s.io, v3.channel.k8s.io");
            }

            try (var right = SpdyClient.connect(url, "v9.channel.k8s.io, " + V4)) {
                assertThat(right.head()).startsWith("HTTP/1.1 101 ").contains(V4);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1|404",
                "GET /exec/ HTTP/1.1|404",
                "GET /exec/nobodys HTTP/1.1|404",
                "POST /attach/TOKEN HTTP/1.1|404",
                "GET /exec/TOKEN HTTP/1.1|400",
                "POST /exec/TOKEN HTTP/1.1;Connection: Upgrade;Upgrade: h2c|400",
                "POST /exec/TOKEN HTTP/1.1;Connection: Upgrade;Upgrade: SPDY/3.1|400",
                "POST /exec/TOKEN HTTP/1.1;Upgrade: SPDY/3.1;X-Stream-Protocol-Version: v4.channel.k8s.io|400",
                "POST /exec/TOKEN HTTP/1.1;Connection: Upgrade;Upgrade: SPDY/3.1;X-Stream-Protocol-Version: v4.channel.k8s.io;Content-Length: 1;;x|400",
                "POST /exec/TOKEN HTTP/1.1;Connection: Upgrade;Upgrade: websocket;Sec-WebSocket-Version: 13;Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==|405",
                "GET /exec/TOKEN HTTP/1.1;Connection: Upgrade;Upgrade: websocket;Sec-WebSocket-Version: 8|426",
                "GET /exec/TOKEN HTTP/1.1;Connection: Upgrade;Upgrade: websocket;Sec-WebSocket-Version: 13|400",
                "GET /exec/TOKEN HTTP/1.1;Connection: Upgrade;Upgrade: websocket;Sec-WebSocket-Version: 13;Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==;Sec-WebSocket-Protocol: v9.channel.k8s.io|403",
                "GET /exec/TOKEN HTTP/1.1;Connection: keep-alive, Upgrade;Upgrade: WebSocket;Sec-WebSocket-Version: 13;Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==|101",
                "POST /exec/TOKEN?query=1 HTTP/1.1;connection: upgrade;upgrade: spdy/3.1;x-stream-protocol-version: channel.k8s.io|101",
                "no HTTP at all|400",
            })
    void request_isAnsweredWithTheStatusThatFits(String request, int status) throws Exception {
        try (var server = Servers.serving(new ScriptedProcess())) {
            var url = Servers.open(server, Servers.OUTPUT);
            var token = url.getPath().substring("/exec/".length());
            var text = request.replace("TOKEN", token).replace(";", "\r\n");
            try (var client =
                    SpdyClient.send(url, text + (text.contains("\r\n\r\n") ? "" : "\r\n\r\n"))) {
                assertThat(client.head()).startsWith("HTTP/1.1 " + status + " ");
            }
        }
    }

    @Test
    void request_thatDoesNotCome_isNotWaitedFor() throws Exception {
        try (var server = Servers.serving(new ScriptedProcess())) {
            var url = Servers.open(server, Servers.OUTPUT);
            try (var client = new Socket(url.getHost(), url.getPort())) {
                client.setSoTimeout(10_000);
                client.getOutputStream().write("GET /ex".getBytes(StandardCharsets.US_ASCII));

                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void idleConnection_isEndedWithTheReason() throws Exception {
        var settings =
                Servers.settings(Optional.empty(), Duration.ofSeconds(1), Duration.ofSeconds(5));
        var process = new ScriptedProcess();
        try (var server = StreamingServer.start(settings, (_, _) -> process);
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");

            assertThat(client.readUntil("fin stderr").get(3))
                    .contains("nothing moved on the connection for 1 s (streaming.idleTimeout");
            assertThat(process.nextTold()).isEqualTo("CLOSED");
        }
    }

    @Test
    void idleClient_thatDoesNotReadItsOutput_isEndedToo() throws Exception {
        var settings =
                Servers.settings(Optional.empty(), Duration.ofSeconds(1), Duration.ofMillis(100));
        var process = new EndlessProcess();
        try (var server = StreamingServer.start(settings, (_, _) -> process);
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");

            process.awaitClosed();
        }
    }

    @Test
    void webSocketClient_thatDoesNotRead_stopsTheProcess() throws Exception {
        var process = new EndlessProcess();
        try (var server = Servers.serving(process)) {
            var url = Servers.open(server, Servers.OUTPUT);
            try (var client =
                    SpdyClient.send(
                            url,
                            "GET %s HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
                                    .formatted(url.getPath()))) {
                assertThat(client.head()).startsWith("HTTP/1.1 101 ");
                assertThat(process.untilItStops()).isLessThan(16 << 20);
            }
            process.awaitClosed();
        }
    }

    @Test
    void close_tellsClientsAndEndsTheirProcesses() throws Exception {
        var process = new ScriptedProcess().say("up");
        var server = Servers.serving(process);
        var closer = new Thread(server::close);
        try (var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");
            client.readUntil("stdout:up");

            closer.start();

            assertThat(client.readUntil("fin stderr").getFirst())
                    .contains("the node runtime is being stopped");
            assertThat(process.nextTold()).isEqualTo("CLOSED");
        }
        closer.join(); // ends, since the client has left
    }

    @Test
    void close_doesNotWaitForClientsThatDoNotRead() throws Exception {
        var process = new EndlessProcess();
        var server = Servers.serving(process);
        try (var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");
            process.untilItStops();
            long before = System.nanoTime();

            server.close();

            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isLessThan(Duration.ofSeconds(10));
            process.awaitClosed();
        }
    }

    @Test
    void manyClients_areServedAtOnceByFewThreads() throws Exception {
        int count = 200;
        var processes = new ArrayList<ScriptedProcess>();
        try (var server =
                        StreamingServer.start(
                                Servers.settings(),
                                (request, _) ->
                                        processes.get(Integer.parseInt(request.command().get(0))));
                var runner = Executors.newVirtualThreadPerTaskExecutor()) {
            int before = platformThreads();
            var clients = new ArrayList<SpdyClient>();
            for (int i = 0; i < count; i++) {
                processes.add(new ScriptedProcess());
                var client = SpdyClient.connect(Servers.open(server, Servers.ALL, "" + i), V4);
                client.open("error");
                client.open("stdin");
                client.open("stdout");
                client.open("stderr");
                clients.add(client);
            }
            for (int i = 0; i < count; i++) {
                clients.get(i).data(3, "hello " + i);
                assertThat(processes.get(i).nextTold()).isEqualTo("hello " + i);
            }
            assertThat(platformThreads() - before).isLessThanOrEqualTo(20);
            var results = new ArrayList<Future<List<String>>>();
            for (int i = 0; i < count; i++) {
                processes.get(i).say("bye " + i).exit(0);
                var client = clients.get(i);
                results.add(runner.submit(() -> client.readUntil("fin stderr")));
            }
            for (int i = 0; i < count; i++) {
                assertThat(results.get(i).get()).contains("stdout:bye " + i);
                clients.get(i).close();
            }
        }
    }

    private static int platformThreads() {
        return Thread.getAllStackTraces().size();
    }

    @Test
    void clientThatSendsItsFramesWithTheRequest_isUnderstood() throws Exception {
        var process = new ScriptedProcess();
        try (var server = Servers.serving(process)) {
            URI url = Servers.open(server, Servers.ALL);
            var key = "AAAAAAAAAAAAAAAAAAAAAA==";
            var frame = "\u0082\u0083\u0000\u0000\u0000\u0000\u0000hi"; // channel 0, mask of zeros
            try (var client =
                    SpdyClient.send(
                            url,
                            "GET %s HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n%s"
                                    .formatted(url.getPath(), key, frame))) {
                assertThat(client.head()).startsWith("HTTP/1.1 101 ");
                assertThat(process.nextTold()).isEqualTo("hi");
            }
        }
    }

    @Test
    void start_onAnAddressOfNoInterface_fails() {
        var config = new RistrettoConfig.Streaming("192.0.2.1", 0, "", "", 60);

        assertThatThrownBy(() -> StreamingServer.start(config, (_, _) -> new ScriptedProcess()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("listen on /192.0.2.1:0 for streaming");
    }
}
