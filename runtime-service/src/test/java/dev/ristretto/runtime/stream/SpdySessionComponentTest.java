// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.stream.StreamEvent.Source;

import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySettingsFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdyWindowUpdateFrame;
import io.netty.handler.codec.spdy.SpdySettingsFrame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;

/** What a SPDY session does besides carrying exec: flow, pings, windows, refusals. */
@Timeout(60)
class SpdySessionComponentTest {
    private static final String V4 = "v4.channel.k8s.io";
    private static final String SUCCESS = "error:{\"metadata\":{},\"status\":\"Success\"}<fin>";

    @Test
    void exec_whoseProcessDoesNotRead_stopsTheClient() throws Exception {
        var process = new ScriptedProcess().deaf();
        try (var server = Servers.serving(process);
                var client = SpdyClient.connect(Servers.open(server, Servers.ALL), V4)) {
            client.open("error");
            int stdin = client.open("stdin");
            client.open("stdout");
            client.open("stderr");
            int total = 64 << 20;
            var sender = new Sender(client, stdin, total);
            var thread = Thread.ofPlatform().start(sender);

            thread.join(1_000);
            assertThat(sender.sent).isLessThan(16 << 20); // what two kernels' buffers hold
            process.hearAgain();
            thread.join();

            assertThat(process.nextTold()).isEqualTo("EOF");
            assertThat(process.stdinBytes).hasValue(total);
        }
    }

    @Test
    void exec_whoseClientDoesNotRead_stopsTheProcess() throws Exception {
        var endless = new EndlessProcess();
        try (var server = Servers.serving(endless);
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");

            long taken = endless.untilItStops();

            assertThat(taken).isLessThan(16 << 20); // what two kernels' buffers hold
            for (int i = 0; i < 4000; i++) {
                client.next(); // reads on
            }
            assertThat(endless.untilItStops()).isGreaterThan(taken);
        }
    }

    @Test
    void ping_isAnsweredAlsoWhileTheProcessReadsNothing() throws Exception {
        var process = new ScriptedProcess().deaf();
        try (var server = Servers.serving(process);
                var client = SpdyClient.connect(Servers.open(server, Servers.ALL), V4)) {
            client.open("error");
            int stdin = client.open("stdin");
            client.open("stdout");
            client.open("stderr");
            client.readUntil("reply stderr");
            client.data(stdin, new byte[64 << 10]);
            client.send(new DefaultSpdyPingFrame(2)); // ours would have even numbers
            client.send(new DefaultSpdyPingFrame(7));

            assertThat(client.next()).isEqualTo("ping 7");
        }
    }

    @Test
    void window_ofAClientThatKeepsThem_isKept() throws Exception {
        var process = new ScriptedProcess().say("0123456789").exit(0);
        try (var server = Servers.serving(process);
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.send(
                    new DefaultSpdySettingsFrame()
                            .setValue(SpdySettingsFrame.SETTINGS_INITIAL_WINDOW_SIZE, 4));
            client.open("error");
            int stdout = client.open("stdout");
            client.open("stderr");
            assertThat(client.readUntil("stdout:0123")).endsWith("stdout:0123");
            client.socket.setSoTimeout(300);
            assertThat(catchTimeout(client)).isTrue();

            client.send(new DefaultSpdyWindowUpdateFrame(stdout, 100));

            client.socket.setSoTimeout(5_000);
            assertThat(client.next()).isEqualTo("stdout:456789");
        }
    }

    @Test
    void window_forInputIsOpenedAsTheProcessReads() throws Exception {
        var process = new ScriptedProcess();
        try (var server = Servers.serving(process);
                var client = SpdyClient.connect(Servers.open(server, Servers.ALL), V4)) {
            client.open("error");
            int stdin = client.open("stdin");
            client.open("stdout");
            client.open("stderr");
            client.readUntil("reply stderr");

            client.data(stdin, new byte[40_000]);

            var updates = new ArrayList<String>();
            updates.add(client.next());
            updates.add(client.next());
            assertThat(updates).anyMatch(u -> u.startsWith("window 0 "));
            assertThat(updates).anyMatch(u -> u.startsWith("window " + stdin + " "));
        }
    }

    @Test
    void stream_thatTheClientResets_swallowsItsOutputOnly() throws Exception {
        var process = new ScriptedProcess().say("up");
        try (var server = Servers.serving(process);
                var client = SpdyClient.connect(Servers.open(server, Servers.OUTPUT), V4)) {
            client.open("error");
            client.open("stdout");
            int stderr = client.open("stderr");
            client.readUntil("stdout:up");
            client.send(new DefaultSpdyRstStreamFrame(stderr, 5));
            client.send(new DefaultSpdyPingFrame(1));
            assertThat(client.next()).isEqualTo("ping 1");

            process.say(Source.STDERR, "lost").say("seen").exit(0);

            assertThat(client.readUntil("fin stdout"))
                    .containsExactly("stdout:seen", SUCCESS, "fin stdout");
        }
    }

    @Test
    void frames_thatMakeNoSense_areRefusedOneByOne() throws Exception {
        try (var server = Servers.serving(new ScriptedProcess());
                var client = SpdyClient.connect(Servers.open(server, Servers.ALL), V4)) {
            client.open("error");
            int stdin = client.open("stdin");
            client.readUntil("reply stdin");

            client.send(new DefaultSpdySynStreamFrame(2, 0, (byte) 0));
            client.send(new DefaultSpdySynStreamFrame(1, 0, (byte) 0));
            client.data(99, "nobody's");
            client.fin(stdin);
            client.send(new DefaultSpdyDataFrame(stdin).setLast(true));
            client.data(stdin, "after its end");
            client.send(new DefaultSpdyPingFrame(1));

            assertThat(client.readUntil("ping 1"))
                    .containsExactly(
                            "reset 2 PROTOCOL_ERROR",
                            "reset 1 PROTOCOL_ERROR",
                            "reset 99 INVALID_STREAM",
                            "reset 3 STREAM_ALREADY_CLOSED",
                            "ping 1");
        }
    }

    @Test
    void streams_beyondThoseThatExist_areRefused() throws Exception {
        try (var server = Servers.serving(new ScriptedProcess());
                var client = SpdyClient.connect(Servers.open(server, Servers.ALL), V4)) {
            for (var type : new String[] {"error", "stdin", "stdout", "stderr", "resize", "more"}) {
                client.open(type);
            }

            assertThat(client.readUntil("reset 11 REFUSED_STREAM"))
                    .endsWith("reset 11 REFUSED_STREAM");
        }
    }

    private static boolean catchTimeout(SpdyClient client) throws Exception {
        try {
            throw new AssertionError("unexpected: " + client.next());
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    private static final class Sender implements Runnable {
        private final SpdyClient client;
        private final int stream;
        private final int total;
        private volatile int sent;

        Sender(SpdyClient client, int stream, int total) {
            this.client = client;
            this.stream = stream;
            this.total = total;
        }

        @Override
        public void run() {
            try {
                var chunk = new byte[64 << 10];
                for (int n = 0; n < total; n += chunk.length) {
                    client.data(stream, chunk);
                    sent = n;
                }
                client.fin(stream);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
