// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.base64.Base64;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

import java.util.List;
import java.util.Optional;

/** Streams as WebSocket messages that begin with the number of a channel. No flow control. */
final class WebSocketFraming implements Framing {
    private final WebSocketProtocol.Encoding encoding;

    WebSocketFraming(WebSocketProtocol.Encoding encoding) {
        this.encoding = encoding;
    }

    @Override
    public void opened(int streamId) {}

    @Override
    public Object data(int streamId, ByteBuf bytes) {
        return switch (encoding) {
            case BINARY ->
                    new BinaryWebSocketFrame(Unpooled.wrappedBuffer(channel(streamId), bytes));
            case BASE64 ->
                    new TextWebSocketFrame(
                            Unpooled.wrappedBuffer(
                                    channel('0' + streamId), Base64.encode(bytes, false)));
            case SPDY -> throw new IllegalStateException("a tunnel has no channels");
        };
    }

    /**
     * The protocols have no end of a channel in this direction: the connection's is all there is.
     */
    @Override
    public Optional<Object> last(int streamId, ByteBuf bytes) {
        return bytes.isReadable() ? Optional.of(data(streamId, bytes)) : Optional.empty();
    }

    @Override
    public int sendable(int streamId, int wantedBytes) {
        return wantedBytes;
    }

    @Override
    public void sent(int streamId, int bytes) {}

    @Override
    public void consumed(int streamId, int bytes) {}

    @Override
    public List<Object> acknowledgements() {
        return List.of();
    }

    @Override
    public void forget(int streamId) {}

    /** The Close frame is what ends the client's streams. */
    @Override
    public Optional<Object> farewell() {
        return Optional.of(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
    }

    @Override
    public Optional<Object> goodbye() {
        return Optional.empty();
    }

    @Override
    public Optional<Object> reproach(Throwable violation) {
        var status =
                violation instanceof CorruptedWebSocketFrameException corrupted
                        ? corrupted.closeStatus()
                        : WebSocketCloseStatus.POLICY_VIOLATION;
        return Optional.of(new CloseWebSocketFrame(status));
    }

    private static ByteBuf channel(int number) {
        return Unpooled.wrappedBuffer(new byte[] {(byte) number});
    }
}
