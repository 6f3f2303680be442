// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

/**
 * A subprotocol of WebSockets.
 *
 * @param name as in {@code Sec-WebSocket-Protocol}; empty for a client that names none
 * @param encoding how the bytes of a channel become a message
 * @param halfClose whether the client ends a channel with a message {@code 255, channel}
 */
public record WebSocketProtocol(String name, Encoding encoding, boolean halfClose) {
    /** The form of a message. */
    public enum Encoding {
        /** One byte names the channel, the rest are its bytes. */
        BINARY,
        /** One digit names the channel, the rest is base64 of its bytes. */
        BASE64,
        /** The bytes of a SPDY/3.1 connection, wherever messages begin and end. */
        SPDY
    }

    /** SPDY/3.1 in the messages of a WebSocket, for proxies that let nothing else through. */
    public static WebSocketProtocol tunnel(String name) {
        return new WebSocketProtocol(name, Encoding.SPDY, false);
    }
}
