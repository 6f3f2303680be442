// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import java.util.List;

/** What the URL of one streaming request stands for. */
public interface StreamEndpoint {
    /** The subprotocols it speaks over SPDY; the client's order decides between them. */
    List<String> spdyProtocols();

    /** The subprotocols it speaks over WebSockets; the client's order decides between them. */
    List<WebSocketProtocol> webSocketProtocols();

    /** The {@code streamtype} of each WebSocket channel, by its number. */
    List<String> webSocketChannels();

    /** The channel on which an empty message tells a WebSocket client that it is connected. */
    int webSocketGreeting();

    /** How many streams a SPDY client may have open. */
    int maxStreams();

    /**
     * Serves one upgraded connection, on a virtual thread, to its end. The connection is closed
     * when this returns.
     */
    void serve(ClientConnection connection);
}
