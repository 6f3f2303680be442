// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The JDK's WebSocket client; what comes is noted as {@code <channel>:<text>}. */
public final class WebSocketClient implements WebSocket.Listener, AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final WebSocket socket;

    public WebSocketClient(URI url, String... protocols)
            throws InterruptedException, ExecutionException {
        var builder = http.newWebSocketBuilder();
        if (protocols.length > 0) {
            var less = Arrays.copyOfRange(protocols, 1, protocols.length);
            builder.subprotocols(protocols[0], less);
        }
        socket =
                builder.buildAsync(URI.create(url.toString().replaceFirst("^http", "ws")), this)
                        .get();
    }

    String protocol() {
        return socket.getSubprotocol();
    }

    void send(int channel, String text) throws Exception {
        var bytes = new ByteArrayOutputStream();
        bytes.write(channel);
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        send(bytes.toByteArray());
    }

    void send(byte[] message) throws Exception {
        socket.sendBinary(ByteBuffer.wrap(message), true).get();
    }

    void sendPart(byte[] part, boolean last) throws Exception {
        socket.sendBinary(ByteBuffer.wrap(part), last).get();
    }

    void sendText(String text) throws Exception {
        socket.sendText(text, true).get();
    }

    void ping(String text) throws Exception {
        socket.sendPing(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))).get();
    }

    void sendClose() throws Exception {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get();
    }

    void abort() {
        socket.abort();
    }

    public String next() throws InterruptedException {
        var word = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (word == null) {
            throw new AssertionError("the server said nothing for 20 s");
        }
        return word;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        var bytes = new byte[data.remaining()];
        data.get(bytes);
        message.writeBytes(bytes);
        if (last) {
            var whole = message.toByteArray();
            message.reset();
            heard.add(
                    whole[0]
                            + ":"
                            + new String(whole, 1, whole.length - 1, StandardCharsets.UTF_8));
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        heard.add("text " + data + (last ? "" : "..."));
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer data) {
        heard.add("pong " + StandardCharsets.UTF_8.decode(data));
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        heard.add("close " + code);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        heard.add("broken");
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
