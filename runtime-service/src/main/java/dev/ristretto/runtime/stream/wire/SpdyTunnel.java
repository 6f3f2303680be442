// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * Between a WebSocket and SPDY: takes the bytes of SPDY out of messages and puts them into such.
 * Runs on the event loop.
 */
final class SpdyTunnel extends ChannelDuplexHandler {
    private @Nullable Replies replies;
    private boolean saidClose;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        replies = new Replies(context, context::fireExceptionCaught);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            switch (message) {
                case CloseWebSocketFrame _ -> {
                    var _ = context.channel().close();
                }
                case PingWebSocketFrame frame -> pong(context, frame);
                case PongWebSocketFrame _ -> {
                    // Unasked for: allowed, and means nothing.
                }
                case TextWebSocketFrame _ ->
                        throw new CorruptedWebSocketFrameException(
                                WebSocketCloseStatus.INVALID_MESSAGE_TYPE,
                                "a message of text in a tunnel of bytes");
                case WebSocketFrame frame -> context.fireChannelRead(frame.content().retain());
                default -> throw new IllegalStateException("not a frame: " + message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void pong(ChannelHandlerContext context, PingWebSocketFrame frame) {
        if (replies == null) {
            context.fireExceptionCaught(new IOException("not in a pipeline"));
            return;
        }
        replies.send(new PongWebSocketFrame(frame.content().retain()));
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        var frame = message instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : message;
        var _ = context.write(frame, promise);
    }

    /** A client that is not told takes the end of the connection for a failure. */
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (!saidClose && context.channel().isActive()) {
            saidClose = true;
            var _ =
                    context.writeAndFlush(
                            new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
        }
        var _ = context.close(promise);
    }
}
