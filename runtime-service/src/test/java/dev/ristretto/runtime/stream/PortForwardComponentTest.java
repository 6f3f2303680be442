// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;

/** Port-forwarding as SPDY clients see it, to a port that the test listens on. */
@Timeout(120)
class PortForwardComponentTest {
    private static final String PROTOCOL = "portforward.k8s.io";

    private TestPod pod;
    private StreamingServer server;

    @BeforeEach
    void start() throws IOException {
        pod = new TestPod();
        server = Servers.serving(new ScriptedProcess());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        pod.close();
    }

    @Test
    void pod_thatIsNotThere_getsNoUrl() {
        var stranger = new PodSandboxId("ab".repeat(32));

        assertThatThrownBy(() -> server.openPortForward(stranger, pod))
                .isInstanceOf(RuntimeFault.class);
    }

    @Test
    void bytes_goBothWaysUntilBothSidesHaveEnded() throws Exception {
        try (var client = SpdyClient.connect(open(), PROTOCOL)) {
            int data = forward(client, "1", "80");
            try (var socket = pod.next()) {
                client.data(data, "request");
                assertThat(read(socket, 7)).isEqualTo("request");
                client.fin(data);
                assertThat(socket.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                send(socket, "answer");
            }

            assertThat(client.readUntil("fin data"))
                    .containsSubsequence("data:answer", "fin error", "fin data");
        }
    }

    @Test
    void podThatEndsFirst_stillGetsWhatTheClientSends() throws Exception {
        try (var client = SpdyClient.connect(open(), PROTOCOL)) {
            int data = forward(client, "1", "80");
            try (var socket = pod.next()) {
                socket.shutdownOutput();
                client.readUntil("fin data");
                client.data(data, "late");

                assertThat(read(socket, 4)).isEqualTo("late");
                client.fin(data);
                assertThat(socket.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
    }

    @Test
    void portThatNobodyListensOn_isToldOnTheErrorStream() throws Exception {
        try (var client = SpdyClient.connect(open(), PROTOCOL)) {
            forward(client, "1", "81");

            assertThat(client.readUntil("fin data"))
                    .contains("error:connect to 127.0.0.1:81: refused<fin>", "fin data");
            forward(client, "2", "80"); // the connection goes on
            pod.next().close();
            assertThat(client.readUntil("fin data")).contains("fin error");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "65536", "http"})
    void portThatIsNone_isToldOnTheErrorStream(String port) throws Exception {
        try (var client = SpdyClient.connect(open(), PROTOCOL)) {
            forward(client, "1", port);

            assertThat(client.readUntil("fin data"))
                    .contains(
                            "error:port '%s' is not a number from 1 to 65535<fin>".formatted(port));
        }
    }

    @Test
    void clientThatResetsItsStream_letsThePodGo() throws Exception {
        try (var client = SpdyClient.connect(open(), PROTOCOL)) {
            int data = forward(client, "1", "80");
            try (var socket = pod.next()) {
                client.reset(data);

                assertThat(socket.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
    }

    @Test
    void clientThatGoes_letsThePodGo() throws Exception {
        var sockets = new ArrayList<SocketChannel>();
        try (var client = SpdyClient.connect(open(), PROTOCOL)) {
            for (int i = 0; i < 20; i++) {
                forward(client, "" + i, "80");
                sockets.add(pod.next());
            }
        }
        for (var socket : sockets) {
            assertThat(socket.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            socket.close();
        }
    }

    @Test
    void manyAtOnce_doNotMix() throws Exception {
        var sockets = new ArrayList<SocketChannel>();
        var streams = new ArrayList<Integer>();
        try (var client = SpdyClient.connect(open(), PROTOCOL)) {
            for (int i = 0; i < PortForward.MAX_CONNECTIONS; i++) {
                streams.add(forward(client, "" + i, "80"));
                sockets.add(pod.next());
            }
            for (int i = 0; i < streams.size(); i++) {
                client.data(streams.get(i), "%08d".formatted(i));
            }
            for (int i = 0; i < streams.size(); i++) {
                assertThat(read(sockets.get(i), 8)).isEqualTo("%08d".formatted(i));
                sockets.get(i).close();
            }
        }
    }

    @Test
    void clientThatDoesNotNumberItsRequests_isServedInTurn() throws Exception {
        try (var client = SpdyClient.connect(open(), PROTOCOL)) {
            for (int i = 0; i < 2; i++) {
                client.open("error", Map.of("port", "80"));
                int data = client.open("data", Map.of("port", "80"));
                client.data(data, "old");
                try (var socket = pod.next()) {
                    assertThat(read(socket, 3)).isEqualTo("old");
                }
                client.readUntil("fin data");
            }
        }
    }

    @Test
    void serverThatStops_letsThePodGo() throws Exception {
        try (var client = SpdyClient.connect(open(), PROTOCOL)) {
            forward(client, "1", "80");
            try (var socket = pod.next()) {
                server.close();

                assertThat(socket.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
    }

    /** What kubectl calls it, with letters that the JDK's client refuses in a name. */
    @Test
    void tunnel_isKnownByTheNameOfTodaysClients() throws IOException {
        var name = "SPDY/3.1+portforward.k8s.io";
        var request =
                "GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"
                        + "Sec-WebSocket-Protocol: %s\r\n\r\n";
        var url = open();

        try (var client = SpdyClient.send(url, request.formatted(url.getPath(), name))) {
            assertThat(client.head())
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("sec-websocket-protocol: " + name);
        }
    }

    @Test
    void tunnel_carriesTheSame() throws Exception {
        try (var client = TunnelClient.connect(open(), "v2.portforward.k8s.io")) {
            assertThat(client.protocol()).isEqualTo("v2.portforward.k8s.io");
            client.open(1, "error");
            client.open(3, "data");
            try (var socket = pod.next()) {
                client.data(3, "request");
                assertThat(read(socket, 7)).isEqualTo("request");
                send(socket, "x".repeat(200_000));
            }

            assertThat(client.dataOf(3)).isEqualTo("x".repeat(200_000));
            assertThat(client.dataOf(1)).isEmpty();
            client.ping("hi");
            assertThat(client.pong()).isEqualTo("hi");
        }
    }

    @Test
    void tunnel_thatCarriesText_isRefused() throws Exception {
        try (var client = TunnelClient.connect(open(), "v2.portforward.k8s.io")) {
            client.sendText("hello");

            assertThat(client.closeCode()).isIn(1000, 1003);
        }
    }

    private URI open() {
        return server.openPortForward(TestPod.ID, pod);
    }

    private static int forward(SpdyClient client, String id, String port) throws IOException {
        var headers = Map.of("requestid", id, "port", port);
        int error = client.open("error", headers);
        client.fin(error);
        return client.open("data", headers);
    }

    private static String read(SocketChannel socket, int bytes) throws IOException {
        var buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining() && socket.read(buffer) >= 0) {
            continue;
        }
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    }

    private static void send(SocketChannel socket, String text) throws IOException {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }
}
