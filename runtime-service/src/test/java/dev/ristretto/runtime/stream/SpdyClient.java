// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.handler.codec.spdy.SpdyWindowUpdateFrame;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A SPDY/3.1 client on a plain blocking socket, with nothing done behind the test's back. */
public final class SpdyClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    final Socket socket;
    private final EmbeddedChannel codec =
            new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final Map<Integer, String> types = new HashMap<>();
    private final String head;
    private int nextId = 1;

    private SpdyClient(Socket socket, String head) {
        this.socket = socket;
        this.head = head;
    }

    public static SpdyClient connect(URI url, String... protocols) throws IOException {
        var request = new StringBuilder("POST " + url.getPath() + " HTTP/1.1\r\nHost: x\r\n");
        request.append("Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n");
        for (var protocol : protocols) {
            request.append("X-Stream-Protocol-Version: ").append(protocol).append("\r\n");
        }
        return send(url, request.append("\r\n").toString());
    }

    static SpdyClient send(URI url, String request) throws IOException {
        var socket = new Socket(url.getHost(), url.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                break;
            }
            head.append((char) b);
        }
        return new SpdyClient(socket, head.toString());
    }

    /** The status line and headers of the answer to the upgrade. */
    public String head() {
        return head;
    }

    String body() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    public int open(String type) throws IOException {
        return open(type, Map.of());
    }

    int open(String type, Map<String, String> headers) throws IOException {
        int id = nextId;
        nextId += 2;
        types.put(id, type);
        var frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        frame.headers().set("streamtype", type);
        headers.forEach(frame.headers()::set);
        send(frame);
        return id;
    }

    public void data(int id, String text) throws IOException {
        data(id, text.getBytes(StandardCharsets.UTF_8));
    }

    void data(int id, byte[] bytes) throws IOException {
        send(new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(bytes)));
    }

    void fin(int id) throws IOException {
        send(new DefaultSpdyDataFrame(id).setLast(true));
    }

    void reset(int id) throws IOException {
        send(new DefaultSpdyRstStreamFrame(id, SpdyStreamStatus.CANCEL));
    }

    void send(Object frame) throws IOException {
        codec.writeOutbound(frame);
        for (ByteBuf buf = codec.readOutbound(); buf != null; buf = codec.readOutbound()) {
            buf.readBytes(socket.getOutputStream(), buf.readableBytes());
            buf.release();
        }
    }

    /** The next frame in words; {@code EOF} at the end of the connection. */
    String next() throws IOException {
        Object frame = codec.readInbound();
        var buffer = new byte[16 << 10];
        while (frame == null) {
            int n = socket.getInputStream().read(buffer);
            if (n < 0) {
                return "EOF";
            }
            codec.writeInbound(Unpooled.copiedBuffer(buffer, 0, n));
            frame = codec.readInbound();
        }
        return describe(frame);
    }

    /** Everything up to and with a frame, data of a stream that follows data of the same joined. */
    public List<String> readUntil(String last) throws IOException {
        var words = new ArrayList<String>();
        while (words.isEmpty() || !words.getLast().equals(last) && !words.getLast().equals("EOF")) {
            var word = next();
            int colon = word.indexOf(':') + 1;
            if (colon > 0
                    && !words.isEmpty()
                    && words.getLast().startsWith(word.substring(0, colon))) {
                words.set(words.size() - 1, words.getLast() + word.substring(colon));
            } else {
                words.add(word);
            }
        }
        return words;
    }

    private String describe(Object frame) {
        return switch (frame) {
            case SpdySynReplyFrame reply -> "reply " + types.get(reply.streamId());
            case SpdyDataFrame data -> describe(data);
            case SpdyRstStreamFrame reset -> "reset " + reset.streamId() + " " + reset.status();
            case SpdyPingFrame ping -> "ping " + ping.id();
            case SpdyWindowUpdateFrame update ->
                    "window " + update.streamId() + " " + update.deltaWindowSize();
            case SpdyGoAwayFrame goAway -> "goaway " + goAway.status().code();
            default -> frame.toString();
        };
    }

    private String describe(SpdyDataFrame data) {
        var type = types.getOrDefault(data.streamId(), "" + data.streamId());
        var text = data.content().toString(StandardCharsets.UTF_8);
        data.release();
        if (data.isLast() && text.isEmpty()) {
            return "fin " + type;
        }
        return type + ":" + text + (data.isLast() ? "<fin>" : "");
    }

    @Override
    public void close() throws IOException {
        socket.close();
        codec.finishAndReleaseAll();
    }
}
