// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** SPDY in the messages of the JDK's WebSocket client, cut where SPDY has no end. */
final class TunnelClient implements WebSocket.Listener, AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;
    private static final int ODD_BYTES = 7;

    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final CompletableFuture<String> pong = new CompletableFuture<>();
    private final EmbeddedChannel codec =
            new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final Map<Integer, StringBuilder> data = new HashMap<>();
    private final Map<Integer, Boolean> ended = new HashMap<>();
    private final WebSocket socket;

    private TunnelClient(URI url, String protocol) throws Exception {
        socket =
                http.newWebSocketBuilder()
                        .subprotocols(protocol)
                        .buildAsync(URI.create(url.toString().replaceFirst("^http", "ws")), this)
                        .get();
    }

    static TunnelClient connect(URI url, String protocol) throws Exception {
        return new TunnelClient(url, protocol);
    }

    String protocol() {
        return socket.getSubprotocol();
    }

    /** Opens a stream of the one request that there is. */
    void open(int id, String type) throws Exception {
        var frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        frame.headers().set("streamtype", type).set("requestid", "0").set("port", "80");
        send(frame);
    }

    void data(int id, String text) throws Exception {
        send(new DefaultSpdyDataFrame(id, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
    }

    private void send(Object frame) throws Exception {
        codec.writeOutbound(frame);
        for (ByteBuf bytes = codec.readOutbound(); bytes != null; bytes = codec.readOutbound()) {
            while (bytes.isReadable()) {
                var some = new byte[Math.min(ODD_BYTES, bytes.readableBytes())];
                bytes.readBytes(some);
                socket.sendBinary(ByteBuffer.wrap(some), true).get();
            }
            bytes.release();
        }
    }

    /** All that comes on a stream, up to its end. */
    String dataOf(int id) throws InterruptedException {
        while (!ended.getOrDefault(id, false)) {
            var bytes = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (bytes == null) {
                throw new AssertionError("the server said nothing for 30 s");
            }
            codec.writeInbound(Unpooled.wrappedBuffer(bytes));
            for (Object frame = codec.readInbound(); frame != null; frame = codec.readInbound()) {
                if (frame instanceof SpdyDataFrame came) {
                    take(came);
                }
            }
        }
        return data.getOrDefault(id, new StringBuilder()).toString();
    }

    private void take(SpdyDataFrame frame) {
        data.computeIfAbsent(frame.streamId(), _ -> new StringBuilder())
                .append(frame.content().toString(StandardCharsets.UTF_8));
        frame.release();
        if (frame.isLast()) {
            ended.put(frame.streamId(), true);
        }
    }

    void sendText(String text) throws Exception {
        socket.sendText(text, true).get();
    }

    void ping(String text) throws Exception {
        socket.sendPing(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))).get();
    }

    String pong() throws Exception {
        return pong.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    int closeCode() throws Exception {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer bytes, boolean last) {
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        received.add(copy);
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer bytes) {
        pong.complete(StandardCharsets.UTF_8.decode(bytes).toString());
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
        codec.finishAndReleaseAll();
    }
}
