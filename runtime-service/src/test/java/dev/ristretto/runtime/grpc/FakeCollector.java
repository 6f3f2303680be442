// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.ristretto.runtime.app.TestNode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A collector on a real socket that takes OTLP, protobuf over HTTP. Reads messages by the numbers
 * of their fields (opentelemetry/proto/trace/v1/trace.proto).
 */
final class FakeCollector implements AutoCloseable {
    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();

    /** A span that arrived. */
    record Span(
            String traceId,
            String spanId,
            String parentSpanId,
            String name,
            long kind,
            long begin,
            long end,
            Map<String, String> attributes,
            List<String> events,
            long statusCode,
            String statusMessage,
            Map<String, String> resource) {}

    FakeCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:%d/v1/traces".formatted(server.getAddress().getPort());
    }

    List<Span> spans() {
        return List.copyOf(spans);
    }

    /** Waits for a server's span of this method. */
    Span awaitRpc(String method) {
        TestNode.await(() -> rpc(method).findAny().isPresent());
        return rpc(method).findFirst().orElseThrow();
    }

    /** The children of a span. */
    List<Span> children(Span parent) {
        return spans.stream().filter(s -> s.parentSpanId.equals(parent.spanId)).toList();
    }

    private Stream<Span> rpc(String method) {
        return spans.stream().filter(s -> s.name.equals("runtime.v1.RuntimeService/" + method));
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body;
            try (var in = new GZIPInputStream(exchange.getRequestBody())) {
                body = in.readAllBytes();
            }
            for (var ofResource : messages(UnknownFieldSet.parseFrom(body), 1)) {
                var resource = attributes(messages(ofResource, 1).getFirst(), 1);
                for (var ofScope : messages(ofResource, 2)) {
                    messages(ofScope, 2).forEach(span -> spans.add(span(span, resource)));
                }
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static Span span(UnknownFieldSet span, Map<String, String> resource) {
        var status = messages(span, 15);
        return new Span(
                hex(span, 1),
                hex(span, 2),
                hex(span, 4),
                text(span, 5),
                number(span, 6),
                span.getField(7).getFixed64List().getFirst(),
                span.getField(8).getFixed64List().getFirst(),
                attributes(span, 9),
                messages(span, 11).stream().map(event -> text(event, 2)).toList(),
                status.isEmpty() ? 0 : number(status.getFirst(), 3),
                status.isEmpty() ? "" : text(status.getFirst(), 2),
                resource);
    }

    private static Map<String, String> attributes(UnknownFieldSet of, int field) {
        var attributes = new HashMap<String, String>();
        for (var pair : messages(of, field)) {
            var value = messages(pair, 2).getFirst();
            attributes.put(
                    text(pair, 1),
                    value.hasField(1) ? text(value, 1) : String.valueOf(number(value, 3)));
        }
        return attributes;
    }

    private static List<UnknownFieldSet> messages(UnknownFieldSet of, int field) {
        return of.getField(field).getLengthDelimitedList().stream()
                .map(
                        bytes -> {
                            try {
                                return UnknownFieldSet.parseFrom(bytes);
                            } catch (IOException e) {
                                throw new AssertionError("field " + field, e);
                            }
                        })
                .toList();
    }

    private static String text(UnknownFieldSet of, int field) {
        var found = of.getField(field).getLengthDelimitedList();
        return found.isEmpty() ? "" : found.getFirst().toStringUtf8();
    }

    private static String hex(UnknownFieldSet of, int field) {
        var found = of.getField(field).getLengthDelimitedList();
        return found.isEmpty() ? "" : HexFormat.of().formatHex(found.getFirst().toByteArray());
    }

    private static long number(UnknownFieldSet of, int field) {
        var found = of.getField(field).getVarintList();
        return found.isEmpty() ? 0 : found.getFirst();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
