// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

import java.util.List;

/**
 * Reads a client's WebSocket frames (RFC 6455, section 5) and hands the payload on as it comes, a
 * long frame as several short ones. Netty's own decoder keeps a frame until it is whole, and some
 * clients send a file as one frame: that would be the daemon's memory.
 */
final class WebSocketDecoder extends ByteToMessageDecoder {
    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0f;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7f;
    private static final int LENGTH_IN_2_BYTES = 126;
    private static final int LENGTH_IN_8_BYTES = 127;
    private static final int MASK_BYTES = 4;

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final byte[] mask = new byte[MASK_BYTES];
    private boolean inFrame;
    private boolean inMessage;
    private boolean finalFrame;
    private int opcode;
    private long remaining;
    private int maskOffset;
    private boolean broken;

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!inFrame && !readHeader(in)) {
            return;
        }
        boolean control = opcode >= CLOSE;
        if (control && in.readableBytes() < remaining || remaining > 0 && !in.isReadable()) {
            return;
        }
        int length = (int) Math.min(remaining, in.readableBytes());
        var payload = unmasked(in, length, context.alloc());
        remaining -= length;
        inFrame = remaining > 0;
        out.add(frame(payload, finalFrame && !inFrame));
        if (!control) {
            inMessage = !finalFrame || inFrame;
            opcode = CONTINUATION; // what follows of this frame is handed on as such
        }
    }

    /** Reads a frame's header; false, with nothing read, if it has not come whole. */
    private boolean readHeader(ByteBuf in) {
        if (in.readableBytes() < 2) {
            return false;
        }
        int at = in.readerIndex();
        int first = in.getUnsignedByte(at);
        int second = in.getUnsignedByte(at + 1);
        int shortLength = second & LENGTH;
        int lengthBytes =
                switch (shortLength) {
                    case LENGTH_IN_2_BYTES -> 2;
                    case LENGTH_IN_8_BYTES -> 8;
                    default -> 0;
                };
        check(first, second);
        if (in.readableBytes() < 2 + lengthBytes + MASK_BYTES) {
            return false;
        }
        in.skipBytes(2);
        remaining =
                switch (lengthBytes) {
                    case 2 -> in.readUnsignedShort();
                    case 8 -> in.readLong();
                    default -> shortLength;
                };
        require(remaining >= 0, "a frame's length is negative");
        in.readBytes(mask);
        maskOffset = 0;
        opcode = first & OPCODE;
        finalFrame = (first & FIN) != 0;
        inFrame = true;
        return true;
    }

    private void check(int first, int second) {
        require((first & RESERVED) == 0, "reserved bits are set, but no extension is in use");
        require((second & MASKED) != 0, "a client's frame is not masked");
        switch (first & OPCODE) {
            case CONTINUATION -> require(inMessage, "a continuation of nothing");
            case TEXT, BINARY -> require(!inMessage, "a message inside a message");
            case CLOSE, PING, PONG ->
                    require(
                            (first & FIN) != 0 && (second & LENGTH) < LENGTH_IN_2_BYTES,
                            "a control frame is fragmented or longer than 125 bytes");
            default -> require(false, "opcode " + (first & OPCODE) + " does not exist");
        }
    }

    private void require(boolean holds, String violation) {
        if (!holds) {
            broken = true;
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.PROTOCOL_ERROR, violation);
        }
    }

    private ByteBuf unmasked(ByteBuf in, int length, ByteBufAllocator allocator) {
        if (length == 0) {
            return Unpooled.EMPTY_BUFFER;
        }
        var payload = allocator.heapBuffer(length, length);
        in.readBytes(payload, length);
        byte[] bytes = payload.array();
        int from = payload.arrayOffset();
        for (int i = 0; i < length; i++) {
            bytes[from + i] ^= mask[(maskOffset + i) % MASK_BYTES];
        }
        maskOffset = (maskOffset + length) % MASK_BYTES;
        return payload;
    }

    private WebSocketFrame frame(ByteBuf payload, boolean last) {
        return switch (opcode) {
            case TEXT -> new TextWebSocketFrame(last, 0, payload);
            case BINARY -> new BinaryWebSocketFrame(last, 0, payload);
            case CLOSE -> new CloseWebSocketFrame(last, 0, payload);
            case PING -> new PingWebSocketFrame(last, 0, payload);
            case PONG -> new PongWebSocketFrame(last, 0, payload);
            default -> new ContinuationWebSocketFrame(last, 0, payload);
        };
    }
}
