// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.Deflater;

/** Clients that break the protocol: cut off, and nobody else notices. */
@Timeout(120)
class HostileClientComponentTest {
    private static final String V4 = "v4.channel.k8s.io";

    @ParameterizedTest
    @CsvSource({
        "80020001,SPDY/2",
        "8003000200000004000000,a SYN_REPLY cut short",
        "0000000000000000,data of stream 0",
        "8003000600000003000000,a PING of three bytes",
        "800300010000000c000000000000000000000000,SYN_STREAM of stream 0",
        "80030001000000140000000100000000000000000000000000000000,no zlib stream",
    })
    void spdyFrame_thatIsNone_endsItsConnectionOnly(String hex, String what) throws Exception {
        try (var server = serving();
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.socket.getOutputStream().write(HexFormat.of().parseHex(hex));
            client.socket.shutdownOutput();

            assertThat(drain(client)).as(what).isTrue();
            assertStillServes(server);
        }
    }

    @Test
    void spdyHeaders_thatUnpackToMuch_areRefused() throws Exception {
        try (var server = serving();
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            var block = new ByteArrayOutputStream();
            block.writeBytes(HexFormat.of().parseHex("00000001" + "00000001" + "61"));
            block.writeBytes(HexFormat.of().parseHex("01000000")); // a value of 16 MiB
            block.writeBytes(new byte[16 << 20]);
            var packed = deflated(block.toByteArray());
            var frame = new ByteArrayOutputStream();
            frame.writeBytes(HexFormat.of().parseHex("80030001"));
            frame.writeBytes(HexFormat.of().parseHex("%08x".formatted(packed.length + 10)));
            frame.writeBytes(HexFormat.of().parseHex("00000001" + "00000000" + "0000"));
            frame.writeBytes(packed);
            client.socket.getOutputStream().write(frame.toByteArray());
            client.socket.shutdownOutput();

            assertThat(drain(client)).isTrue();
            assertStillServes(server);
        }
    }

    @Test
    void pings_withoutReadingTheAnswers_endTheConnection() throws Exception {
        try (var server = serving();
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            boolean cutOff = false;
            try {
                for (int i = 0; i < 4_000_000 && !cutOff; i++) {
                    client.send(new DefaultSpdyPingFrame(1));
                }
            } catch (SocketException e) {
                cutOff = true;
            }

            assertThat(cutOff).isTrue();
            assertStillServes(server);
        }
    }

    @Test
    void garbage_afterTheUpgrade_endsItsConnectionOnly() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (var server = serving()) {
            for (int round = 0; round < 100; round++) {
                var url = Servers.open(server, Servers.ALL);
                try (var client = round % 2 == 0 ? SpdyClient.connect(url, V4) : webSocket(url)) {
                    var bytes = new byte[1 + random.nextInt(3000)];
                    random.nextBytes(bytes);
                    if (random.nextBoolean()) { // looks like a frame for longer
                        System.arraycopy(
                                HexFormat.of().parseHex("8003"),
                                0,
                                bytes,
                                0,
                                Math.min(2, bytes.length));
                    }
                    client.socket.getOutputStream().write(bytes);
                    client.socket.shutdownOutput();

                    assertThat(drain(client)).as("seed %d round %d", seed, round).isTrue();
                }
            }
            assertStillServes(server);
        }
    }

    private static StreamingServer serving() throws IOException {
        return StreamingServer.start(
                Servers.settings(),
                (request, _) -> {
                    var process = new ScriptedProcess();
                    return request.command().getFirst().equals("say")
                            ? process.say(request.command().getLast()).exit(0)
                            : process;
                });
    }

    private static SpdyClient webSocket(URI url) throws IOException {
        return SpdyClient.send(
                url,
                "GET %s HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
                        .formatted(url.getPath()));
    }

    /** Whether the server has closed the connection. */
    private static boolean drain(SpdyClient client) {
        try {
            while (client.socket.getInputStream().read() >= 0) {
                // what it says before does not matter
            }
            return true;
        } catch (SocketException e) {
            return true; // reset
        } catch (IOException e) {
            return false;
        }
    }

    private static void assertStillServes(StreamingServer server) throws Exception {
        var url = Servers.open(server, Servers.OUTPUT, "say", "well");
        try (var client = SpdyClient.connect(url, V4)) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");
            assertThat(client.readUntil("fin stderr")).contains("stdout:well");
        }
    }

    /** Without a dictionary, which a decoder of SPDY takes as well. */
    private static byte[] deflated(byte[] block) {
        var deflater = new Deflater();
        deflater.setInput(block);
        deflater.finish();
        var out = new ByteArrayOutputStream();
        var buffer = new byte[64 << 10];
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }
}
