// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a request for an upgrade is answered. Pure: {@link #of} decides, nothing is done yet. */
sealed interface UpgradeDecision {
    /** The header that names SPDY's subprotocols, in the request and in its answer. */
    String STREAM_PROTOCOL = "X-Stream-Protocol-Version";

    /** The header that names the subprotocols there are, when none of the client's is. */
    String ACCEPTED_PROTOCOLS = "X-Accepted-Stream-Protocol-Versions";

    /** The name of SPDY/3.1 in an {@code Upgrade} header. */
    String SPDY = "SPDY/3.1";

    /** The name of WebSockets in an {@code Upgrade} header. */
    String WEBSOCKET = "websocket";

    /** No upgrade. */
    record Refuse(HttpResponseStatus status, String words, Map<String, String> headers)
            implements UpgradeDecision {
        Refuse(HttpResponseStatus status, String words) {
            this(status, words, Map.of());
        }
    }

    /** An upgrade to SPDY/3.1. */
    record ToSpdy(StreamEndpoint endpoint, String protocol) implements UpgradeDecision {}

    /** An upgrade to a WebSocket; {@code accept} proves that the request was understood. */
    record ToWebSocket(StreamEndpoint endpoint, WebSocketProtocol protocol, String accept)
            implements UpgradeDecision {}

    /** Decides about a request for what stands behind its path. */
    static UpgradeDecision of(HttpRequest request, Optional<StreamEndpoint> endpoint) {
        if (endpoint.isEmpty()) {
            return notFound();
        }
        var wanted = request.headers().get(HttpHeaderNames.UPGRADE, "");
        if (!hasToken(request, HttpHeaderNames.CONNECTION.toString(), "upgrade")) {
            return new Refuse(
                    HttpResponseStatus.BAD_REQUEST,
                    "this URL is for streaming: send Connection: Upgrade with Upgrade: %s or %s"
                            .formatted(SPDY, WEBSOCKET));
        }
        if (wanted.equalsIgnoreCase(WEBSOCKET)) {
            return webSocket(request, endpoint.get());
        }
        if (wanted.equalsIgnoreCase(SPDY)) {
            return spdy(request, endpoint.get());
        }
        return new Refuse(
                HttpResponseStatus.BAD_REQUEST,
                "cannot upgrade to '%s': %s and %s are spoken here"
                        .formatted(wanted, SPDY, WEBSOCKET));
    }

    /** The answer for a path that nothing stands behind, or nothing any more. */
    static Refuse notFound() {
        return new Refuse(
                HttpResponseStatus.NOT_FOUND,
                "no streaming request waits under this URL: it counts once and for one minute;"
                        + " ask the runtime for a new one");
    }

    private static UpgradeDecision spdy(HttpRequest request, StreamEndpoint endpoint) {
        var offered = tokens(request, STREAM_PROTOCOL);
        var accepted = endpoint.spdyProtocols();
        if (offered.isEmpty()) {
            return new Refuse(
                    HttpResponseStatus.BAD_REQUEST,
                    "header %s names no protocol; %s are spoken here"
                            .formatted(STREAM_PROTOCOL, accepted));
        }
        var chosen = offered.stream().filter(accepted::contains).findFirst();
        return chosen.<UpgradeDecision>map(name -> new ToSpdy(endpoint, name))
                .orElseGet(() -> noneOf(offered, accepted));
    }

    private static Refuse noneOf(List<String> offered, List<String> accepted) {
        return new Refuse(
                HttpResponseStatus.FORBIDDEN,
                "none of the protocols %s is spoken here: %s are".formatted(offered, accepted),
                Map.of(ACCEPTED_PROTOCOLS, String.join(", ", accepted)));
    }

    private static UpgradeDecision webSocket(HttpRequest request, StreamEndpoint endpoint) {
        if (!request.method().equals(HttpMethod.GET)) {
            return new Refuse(HttpResponseStatus.METHOD_NOT_ALLOWED, "a WebSocket begins with GET");
        }
        var version = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "");
        if (!version.equals("13")) {
            return new Refuse(
                    HttpResponseStatus.UPGRADE_REQUIRED,
                    "WebSocket version '%s' is not 13".formatted(version),
                    Map.of(HttpHeaderNames.SEC_WEBSOCKET_VERSION.toString(), "13"));
        }
        var key = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "").strip();
        if (key.isEmpty()) {
            return new Refuse(HttpResponseStatus.BAD_REQUEST, "Sec-WebSocket-Key is missing");
        }
        var offered = tokens(request, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL.toString());
        var names = offered.isEmpty() ? List.of("") : offered;
        var accepted = endpoint.webSocketProtocols();
        for (var name : names) {
            for (var protocol : accepted) {
                if (protocol.name().equals(name)) {
                    return new ToWebSocket(endpoint, protocol, acceptOf(key));
                }
            }
        }
        return noneOf(offered, accepted.stream().map(WebSocketProtocol::name).toList());
    }

    /** RFC 6455, section 4.2.2: SHA-1 because the protocol says so; it protects nothing. */
    private static String acceptOf(String key) {
        try {
            var text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
            var digest = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder()
                    .encodeToString(digest.digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }

    private static boolean hasToken(HttpRequest request, String header, String token) {
        return tokens(request, header).stream().anyMatch(token::equalsIgnoreCase);
    }

    private static List<String> tokens(HttpRequest request, String header) {
        return request.headers().getAll(header).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .filter(token -> !token.isEmpty())
                .toList();
    }
}
