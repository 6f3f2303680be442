// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.runtime.stream.wire.WebSocketProtocol;
import dev.ristretto.runtime.stream.wire.WebSocketProtocol.Encoding;

import java.util.List;

/** The versions of Kubernetes' remote command protocol, {@code v<N>.channel.k8s.io}. */
enum RemoteCommandVersion {
    /** {@code channel.k8s.io}; an error is told in words. */
    V1,
    /** Adds the end of standard input. */
    V2,
    /** Adds the size of the terminal. */
    V3,
    /** Tells the outcome, with the exit code, as a JSON {@code Status}. */
    V4,
    /** Adds the end of standard input to WebSockets. */
    V5;

    /** What SPDY clients may speak. */
    static final List<String> SPDY =
            List.of(
                    "v4.channel.k8s.io",
                    "v3.channel.k8s.io",
                    "v2.channel.k8s.io",
                    "channel.k8s.io");

    /** What WebSocket clients may speak; one that names nothing gets version 1. */
    static final List<WebSocketProtocol> WEB_SOCKET =
            List.of(
                    new WebSocketProtocol("v5.channel.k8s.io", Encoding.BINARY, true),
                    new WebSocketProtocol("v4.channel.k8s.io", Encoding.BINARY, false),
                    new WebSocketProtocol("v3.channel.k8s.io", Encoding.BINARY, false),
                    new WebSocketProtocol("v2.channel.k8s.io", Encoding.BINARY, false),
                    new WebSocketProtocol("channel.k8s.io", Encoding.BINARY, false),
                    new WebSocketProtocol("v4.base64.channel.k8s.io", Encoding.BASE64, false),
                    new WebSocketProtocol("base64.channel.k8s.io", Encoding.BASE64, false),
                    new WebSocketProtocol("", Encoding.BINARY, false));

    /** The version that a subprotocol agreed on stands for. */
    static RemoteCommandVersion of(String protocol) {
        for (var version : values()) {
            if (protocol.startsWith("v" + (version.ordinal() + 1) + ".")) {
                return version;
            }
        }
        return V1;
    }

    boolean hasResize() {
        return compareTo(V3) >= 0;
    }

    boolean hasStatus() {
        return compareTo(V4) >= 0;
    }
}
