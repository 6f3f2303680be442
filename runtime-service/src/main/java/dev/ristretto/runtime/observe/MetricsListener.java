// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** {@code /metrics} and {@code /healthz} over HTTP. Safe from any thread. */
public final class MetricsListener implements AutoCloseable {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int BACKLOG = 16;

    private final HttpServer server;
    private final ExecutorService requests;
    private final CallTimes calls;
    private final List<Consumer<Exposition>> figures;

    private MetricsListener(
            HttpServer server,
            ExecutorService requests,
            CallTimes calls,
            List<Consumer<Exposition>> figures) {
        this.server = server;
        this.requests = requests;
        this.calls = calls;
        this.figures = List.copyOf(figures);
    }

    /**
     * Listens.
     *
     * @param address an IPv4 or IPv6 address
     * @param port 0 takes any that is free
     * @param figures add their metrics to what is asked for
     * @throws IOException naming the address, if it cannot be bound
     */
    public static MetricsListener start(
            String address, int port, CallTimes calls, List<Consumer<Exposition>> figures)
            throws IOException {
        var at = new InetSocketAddress(InetAddress.ofLiteral(address), port);
        HttpServer server;
        try {
            server = HttpServer.create(at, BACKLOG);
        } catch (IOException e) {
            throw new IOException(
                    "listen on %s port %d for metrics: %s; change metrics.address or metrics.port"
                            .formatted(address, port, e.getMessage()),
                    e);
        }
        var requests =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("metrics-", 0).factory());
        var listener = new MetricsListener(server, requests, calls, figures);
        server.setExecutor(requests);
        server.createContext("/", listener::answer);
        server.start();
        return listener;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")) {
                respond(exchange, METHOD_NOT_ALLOWED, "text/plain", "only GET\n");
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/metrics" -> respond(exchange, OK, Exposition.CONTENT_TYPE, metrics());
                case "/healthz" -> respond(exchange, OK, "text/plain", "ok\n");
                default ->
                        respond(
                                exchange,
                                NOT_FOUND,
                                "text/plain",
                                "there are /metrics and /healthz\n");
            }
        }
    }

    private String metrics() {
        var text = new Exposition();
        calls.write(text);
        figures.forEach(figure -> figure.accept(text));
        new MachineFigures().accept(text);
        return text.toString();
    }

    private static void respond(HttpExchange exchange, int status, String type, String body)
            throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Stops at once; a request under way is cut. */
    @Override
    public void close() {
        server.stop(0);
        requests.shutdown();
    }
}
