// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Answers the one request of a connection, and makes of it what was asked for. */
final class UpgradeHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final String STREAM_TYPE = "streamtype";

    private final StreamEndpoints endpoints;
    private final Sessions sessions;
    private final Executor actions;
    private final Duration idleTimeout;
    private @Nullable HttpRequest request;
    private boolean answered;

    UpgradeHandler(
            StreamEndpoints endpoints, Sessions sessions, Executor actions, Duration idleTimeout) {
        this.endpoints = endpoints;
        this.sessions = sessions;
        this.actions = actions;
        this.idleTimeout = idleTimeout;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (answered) {
            return;
        }
        if (part.decoderResult().isFailure()) {
            refuse(context, badRequest("not HTTP/1.1: " + part.decoderResult().cause()));
        } else if (part instanceof HttpContent content && content.content().isReadable()) {
            refuse(context, badRequest("a request for an upgrade has no body"));
        } else if (part instanceof HttpRequest head) {
            request = head;
        }
        if (!answered && part instanceof LastHttpContent && request != null) {
            answer(context, request);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close(); // too slow, a failed TLS handshake or a broken connection
    }

    private void answer(ChannelHandlerContext context, HttpRequest head) {
        var path = head.uri().split("[?#]", 2)[0];
        var decision = UpgradeDecision.of(head, endpoints.find(path));
        if (decision instanceof UpgradeDecision.Refuse refuse) {
            refuse(context, refuse);
        } else if (!endpoints.claim(path)) {
            refuse(context, UpgradeDecision.notFound());
        } else {
            answered = true;
            switch (decision) {
                case UpgradeDecision.ToSpdy spdy -> upgrade(context, spdy);
                case UpgradeDecision.ToWebSocket webSocket -> upgrade(context, webSocket);
                case UpgradeDecision.Refuse _ -> throw new IllegalStateException("refused above");
            }
        }
    }

    private void upgrade(ChannelHandlerContext context, UpgradeDecision.ToSpdy to) {
        var response = switching(UpgradeDecision.SPDY);
        response.headers().set(UpgradeDecision.STREAM_PROTOCOL, to.protocol());
        var _ = context.writeAndFlush(response);
        beginSpdy(context, to.protocol(), to.endpoint());
    }

    private void beginSpdy(
            ChannelHandlerContext context, String protocol, StreamEndpoint endpoint) {
        var framing = new SpdyFraming();
        var connection = new UpgradedConnection(context.channel(), protocol, framing, actions);
        var replies = new Replies(context.channel(), connection::violated);
        context.pipeline()
                .addLast(
                        new SpdyFrameCodec(SpdyVersion.SPDY_3_1),
                        new SpdyHandler(connection, framing, replies, endpoint.maxStreams()));
        begin(context.pipeline(), connection, endpoint);
    }

    private void upgrade(ChannelHandlerContext context, UpgradeDecision.ToWebSocket to) {
        var protocol = to.protocol();
        var response = switching(UpgradeDecision.WEBSOCKET);
        response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, to.accept());
        if (!protocol.name().isEmpty()) {
            response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, protocol.name());
        }
        if (protocol.encoding() == WebSocketProtocol.Encoding.SPDY) {
            var _ = context.writeAndFlush(response);
            context.pipeline()
                    .addLast(
                            new WebSocketDecoder(),
                            new WebSocket13FrameEncoder(false),
                            new SpdyTunnel());
            beginSpdy(context, protocol.name(), to.endpoint());
            return;
        }
        var framing = new WebSocketFraming(protocol.encoding());
        var connection =
                new UpgradedConnection(context.channel(), protocol.name(), framing, actions);
        var channels = new ArrayList<OpenStream>();
        for (var type : to.endpoint().webSocketChannels()) {
            channels.add(connection.open(channels.size(), Map.of(STREAM_TYPE, type)));
        }
        var replies = new Replies(context.channel(), connection::violated);
        var pipeline = context.pipeline();
        var _ = context.writeAndFlush(response);
        pipeline.addLast(
                new WebSocketDecoder(),
                new WebSocket13FrameEncoder(false),
                new WebSocketHandler(connection, replies, new MessageReader(channels, protocol)));
        begin(pipeline, connection, to.endpoint());
        int greeting = to.endpoint().webSocketGreeting();
        var _ = pipeline.writeAndFlush(framing.data(greeting, Unpooled.EMPTY_BUFFER));
    }

    /** From here on the bytes of the connection belong to the protocol it was upgraded to. */
    private void begin(
            ChannelPipeline pipeline, UpgradedConnection connection, StreamEndpoint endpoint) {
        pipeline.addLast(new ConnectionEvents(connection, idleTimeout));
        pipeline.addFirst(
                new IdleStateHandler(0, 0, idleTimeout.toMillis(), TimeUnit.MILLISECONDS));
        pipeline.remove(ReadTimeoutHandler.class);
        pipeline.remove(this);
        sessions.begin(connection, endpoint);
        pipeline.remove(HttpServerCodec.class); // hands on what it has read beyond the request
    }

    private void refuse(ChannelHandlerContext context, UpgradeDecision.Refuse refusal) {
        answered = true;
        var words = Unpooled.copiedBuffer(refusal.words() + "\n", StandardCharsets.UTF_8);
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, refusal.status(), words);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, words.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        refusal.headers().forEach(response.headers()::set);
        var _ = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private static UpgradeDecision.Refuse badRequest(String words) {
        return new UpgradeDecision.Refuse(HttpResponseStatus.BAD_REQUEST, words);
    }

    private static DefaultFullHttpResponse switching(String protocol) {
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        response.headers()
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.UPGRADE, protocol);
        return response;
    }
}
