// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Takes the messages of a WebSocket, in pieces, apart into the bytes of channels. Binary pieces are
 * handed on as they come; only what can be understood no earlier is kept until it is whole, within
 * bounds. A message for a channel that does not exist is dropped, as the other servers do.
 */
final class MessageReader {
    /** The channel number that announces the end of the channel named in the next byte. */
    private static final int CLOSE_CHANNEL = 255;

    private static final int MAX_BASE64_BYTES = 1 << 20;

    private final List<OpenStream> channels;
    private final WebSocketProtocol protocol;
    private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
    private boolean inMessage;
    private int channel;

    MessageReader(List<OpenStream> channels, WebSocketProtocol protocol) {
        this.channels = List.copyOf(channels);
        this.protocol = protocol;
    }

    /** Takes a piece; {@code last} if it ends its message. */
    void read(byte[] piece, boolean last) {
        switch (protocol.encoding()) {
            case BINARY -> readBinary(piece, last);
            case BASE64 -> readBase64(piece, last);
            case SPDY -> throw new IllegalStateException("a tunnel has no channels");
        }
    }

    private void readBinary(byte[] piece, boolean last) {
        int from = 0;
        if (!inMessage && piece.length > 0) {
            inMessage = true;
            channel = Byte.toUnsignedInt(piece[0]);
            from = 1;
        }
        if (channel == CLOSE_CHANNEL && protocol.halfClose()) {
            keep(piece, from, 1);
        } else if (piece.length > from) {
            deliver(Arrays.copyOfRange(piece, from, piece.length));
        }
        if (last) {
            endOfBinary();
        }
    }

    private void endOfBinary() {
        if (inMessage && channel == CLOSE_CHANNEL && protocol.halfClose()) {
            var closed = take();
            if (closed.length != 1 || Byte.toUnsignedInt(closed[0]) >= channels.size()) {
                throw violation(
                        WebSocketCloseStatus.PROTOCOL_ERROR,
                        "a close signal that names no channel");
            }
            channels.get(closed[0]).receiveEnd();
        }
        inMessage = false;
        channel = 0;
    }

    private void readBase64(byte[] piece, boolean last) {
        keep(piece, 0, MAX_BASE64_BYTES);
        if (!last) {
            return;
        }
        var message = take();
        if (message.length == 0) {
            return;
        }
        channel = message[0] - '0';
        try {
            var text = new String(message, 1, message.length - 1, StandardCharsets.US_ASCII);
            var bytes = Base64.getDecoder().decode(text);
            if (bytes.length > 0) {
                deliver(bytes);
            }
        } catch (IllegalArgumentException e) {
            throw violation(
                    WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "a message is not base64: " + e);
        }
    }

    private void deliver(byte[] bytes) {
        if (channel >= 0 && channel < channels.size()) {
            // What comes after the channel's end has no reader, and no answer in this protocol.
            var _ = channels.get(channel).receive(bytes);
        }
    }

    private void keep(byte[] piece, int from, int maxBytes) {
        if (whole.size() + piece.length - from > maxBytes) {
            throw violation(
                    WebSocketCloseStatus.MESSAGE_TOO_BIG,
                    "a message of this kind has more than %d bytes".formatted(maxBytes));
        }
        whole.write(piece, from, piece.length - from);
    }

    private byte[] take() {
        var bytes = whole.toByteArray();
        whole.reset();
        return bytes;
    }

    private static CorruptedWebSocketFrameException violation(
            WebSocketCloseStatus status, String words) {
        return new CorruptedWebSocketFrameException(status, words);
    }
}
