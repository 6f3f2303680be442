// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyHeaders;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySettingsFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyWindowUpdateFrame;
import io.netty.util.ReferenceCountUtil;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Brings a SPDY client's frames to its streams. Runs on the event loop. */
final class SpdyHandler extends ChannelInboundHandlerAdapter {
    private final UpgradedConnection connection;
    private final SpdyFraming framing;
    private final Replies replies;
    private final int maxStreams;
    private int lastStreamId;

    SpdyHandler(
            UpgradedConnection connection, SpdyFraming framing, Replies replies, int maxStreams) {
        this.connection = connection;
        this.framing = framing;
        this.replies = replies;
        this.maxStreams = maxStreams;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            switch (message) {
                case SpdySynStreamFrame frame -> open(frame);
                case SpdyDataFrame frame -> data(frame);
                case SpdyRstStreamFrame frame ->
                        connection.find(frame.streamId()).ifPresent(OpenStream::receiveReset);
                case SpdyPingFrame frame -> ping(frame);
                case SpdySettingsFrame frame -> settings(frame);
                case SpdyWindowUpdateFrame frame -> windowUpdate(frame);
                case SpdyGoAwayFrame _ -> goAway(context);
                default -> {
                    // HEADERS and SYN_REPLY say nothing that counts here.
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void open(SpdySynStreamFrame frame) {
        int id = frame.streamId();
        if (frame.isInvalid() || frame.isTruncated() || id % 2 == 0 || id <= lastStreamId) {
            refuse(id, SpdyStreamStatus.PROTOCOL_ERROR);
            return;
        }
        lastStreamId = id;
        if (connection.openStreams() >= maxStreams) {
            refuse(id, SpdyStreamStatus.REFUSED_STREAM);
            return;
        }
        // Before the stream is known: who writes to it must come after the reply, since clients
        // drop data of a stream that has none.
        var reply = new DefaultSpdySynReplyFrame(id);
        reply.headers().set(SpdyHeaders.HttpNames.STATUS, "200");
        reply.headers().set(SpdyHeaders.HttpNames.VERSION, "HTTP/1.1");
        replies.send(reply);
        var stream = connection.open(id, headersOf(frame));
        if (frame.isLast()) {
            stream.receiveEnd();
        }
    }

    private static Map<String, String> headersOf(SpdySynStreamFrame frame) {
        var headers = new HashMap<String, String>();
        for (var header : frame.headers()) {
            var name = header.getKey().toString().toLowerCase(Locale.ROOT);
            headers.putIfAbsent(name, header.getValue().toString());
        }
        return headers;
    }

    private void data(SpdyDataFrame frame) {
        var found = connection.find(frame.streamId());
        if (found.isEmpty()) {
            refuse(frame.streamId(), SpdyStreamStatus.INVALID_STREAM);
            return;
        }
        var stream = found.get();
        if (frame.content().isReadable()
                && !stream.receive(ByteBufUtil.getBytes(frame.content()))) {
            refuse(frame.streamId(), SpdyStreamStatus.STREAM_ALREADY_CLOSED);
        }
        if (frame.isLast()) {
            stream.receiveEnd();
        }
    }

    private void ping(SpdyPingFrame frame) {
        if (frame.id() % 2 != 0) { // an even one would be the answer to a ping of ours
            replies.send(frame);
        }
    }

    private void settings(SpdySettingsFrame frame) {
        int bytes = frame.getValue(SpdySettingsFrame.SETTINGS_INITIAL_WINDOW_SIZE);
        if (bytes >= 0) {
            connection.locked(() -> framing.initialWindow(bytes));
            connection.writableChanged();
        }
    }

    private void windowUpdate(SpdyWindowUpdateFrame frame) {
        connection.locked(() -> framing.windowUpdate(frame.streamId(), frame.deltaWindowSize()));
        connection.writableChanged();
    }

    private void goAway(ChannelHandlerContext context) {
        // Otherwise it means no more than that the client will open no further streams.
        if (connection.closing()) {
            var _ = context.close();
        }
    }

    private void refuse(int streamId, SpdyStreamStatus status) {
        replies.send(new DefaultSpdyRstStreamFrame(streamId, status));
    }
}
