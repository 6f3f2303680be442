// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/** Brings a WebSocket client's messages to the channels they name. Runs on the event loop. */
final class WebSocketHandler extends ChannelInboundHandlerAdapter {
    private final UpgradedConnection connection;
    private final Replies replies;
    private final MessageReader reader;

    WebSocketHandler(UpgradedConnection connection, Replies replies, MessageReader reader) {
        this.connection = connection;
        this.replies = replies;
        this.reader = reader;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            switch (message) {
                case CloseWebSocketFrame frame -> close(context, frame);
                case PingWebSocketFrame frame ->
                        replies.send(new PongWebSocketFrame(frame.content().retain()));
                case PongWebSocketFrame _ -> {
                    // Unasked for: allowed, and means nothing.
                }
                case WebSocketFrame frame ->
                        reader.read(bytesOf(frame.content()), frame.isFinalFragment());
                default -> throw new IllegalStateException("not a frame: " + message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void close(ChannelHandlerContext context, CloseWebSocketFrame frame) {
        if (connection.closing()) {
            var _ = context.close(); // the answer to our own
            return;
        }
        var _ =
                context.writeAndFlush(new CloseWebSocketFrame(true, 0, frame.content().retain()))
                        .addListener(ChannelFutureListener.CLOSE);
    }

    private static byte[] bytesOf(ByteBuf content) {
        return ByteBufUtil.getBytes(content);
    }
}
