// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.manifest.MediaTypes;
import dev.ristretto.image.reference.Digest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.net.ssl.SSLContext;

/**
 * A registry on loopback with faults on demand. Steps added with {@link #next} answer the first
 * request each that they want, before the honest answer.
 */
public final class StubRegistry implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> content = new ConcurrentHashMap<>();
    private final Map<String, String> types = new ConcurrentHashMap<>();
    private final List<Step> steps = new CopyOnWriteArrayList<>();
    private final List<Step> always = new CopyOnWriteArrayList<>();
    private final List<Step> last = new CopyOnWriteArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    private StubRegistry(HttpServer server) {
        this.server = server;
        server.createContext("/", this::handle);
        server.setExecutor(workers);
        server.start();
    }

    public static StubRegistry start() throws IOException {
        return start("127.0.0.1");
    }

    /** Any address of 127.0.0.0/8: to the client another host. */
    static StubRegistry start(String address) throws IOException {
        return new StubRegistry(HttpServer.create(loopback(address), 0));
    }

    static StubRegistry startTls(HttpsConfigurator configurator) throws IOException {
        var server = HttpsServer.create(loopback("127.0.0.1"), 0);
        server.setHttpsConfigurator(configurator);
        return new StubRegistry(server);
    }

    static StubRegistry startTls(SSLContext context) throws IOException {
        return startTls(new HttpsConfigurator(context));
    }

    private static InetSocketAddress loopback(String address) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(address), 0);
    }

    /** {@code 127.0.0.1:port}. */
    public String host() {
        var address = server.getAddress();
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public Digest tag(String repository, String tag, byte[] manifest, String type) {
        var digest = Digest.sha256(manifest);
        for (var name : List.of(tag, digest.toString())) {
            content.put("/v2/" + repository + "/manifests/" + name, manifest);
            types.put("/v2/" + repository + "/manifests/" + name, type);
        }
        return digest;
    }

    Digest tag(String repository, String tag, String manifest) {
        return tag(
                repository,
                tag,
                manifest.getBytes(StandardCharsets.UTF_8),
                MediaTypes.OCI_MANIFEST);
    }

    public Descriptor blob(String repository, byte[] bytes, String type) {
        var digest = Digest.sha256(bytes);
        content.put("/v2/" + repository + "/blobs/" + digest, bytes);
        return Descriptor.of(type, digest, bytes.length);
    }

    /** Serves other bytes than the path promises. */
    public void forge(String path, byte[] bytes) {
        content.put(path, bytes);
    }

    /** Answers one request in its own way. */
    public void next(Step step) {
        steps.add(step);
    }

    /** Sees every request before it is answered. */
    public void always(Step step) {
        always.add(step);
    }

    /** Answers what no other step took. */
    void last(Step step) {
        last.add(step);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(Request.of(exchange));
            for (var step : always) {
                if (step.answer(exchange)) {
                    return;
                }
            }
            for (var step : steps) {
                if (steps.contains(step) && step.answer(exchange)) {
                    steps.remove(step);
                    return;
                }
            }
            for (var step : last) {
                if (step.answer(exchange)) {
                    return;
                }
            }
            serve(exchange);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var bytes = content.get(path);
        if (bytes == null) {
            error(exchange, 404, "MANIFEST_UNKNOWN", "manifest unknown");
            return;
        }
        if (path.contains("/manifests/")) {
            exchange.getResponseHeaders().set("Content-Type", types.get(path));
            exchange.getResponseHeaders()
                    .set("Docker-Content-Digest", Digest.sha256(bytes).toString());
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        int start = rangeStart(exchange);
        int length = bytes.length - start;
        exchange.sendResponseHeaders(start > 0 ? 206 : 200, length == 0 ? -1 : length);
        exchange.getResponseBody().write(bytes, start, length);
    }

    static int rangeStart(HttpExchange exchange) {
        var range = exchange.getRequestHeaders().getFirst("Range");
        return range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=([0-9]+)-", "$1"));
    }

    static boolean error(HttpExchange exchange, int status, String code, String message)
            throws IOException {
        var body =
                "{\"errors\":[{\"code\":\"%s\",\"message\":\"%s\"}]}"
                        .formatted(code, message)
                        .getBytes(StandardCharsets.UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
        return true;
    }

    static boolean respond(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        return true;
    }

    /** Sends some of what it announced and tears the connection. */
    public static Step cutAfter(String pathPart, byte[] whole, int sent) {
        return exchange -> {
            if (!exchange.getRequestURI().getPath().contains(pathPart)) {
                return false;
            }
            int start = rangeStart(exchange);
            exchange.sendResponseHeaders(start > 0 ? 206 : 200, whole.length - start);
            exchange.getResponseBody().write(whole, start, sent - start);
            exchange.getResponseBody().flush();
            return true;
        };
    }

    static Step redirect(String pathPart, String location) {
        return exchange -> {
            if (!exchange.getRequestURI().getPath().contains(pathPart)) {
                return false;
            }
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(307, -1);
            return true;
        };
    }

    static Step status(int status) {
        return exchange -> error(exchange, status, "STUB", "as the test wants");
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }

    /** Whether it took the request; if not, the next one may. */
    @FunctionalInterface
    public interface Step {
        boolean answer(HttpExchange exchange) throws IOException;
    }

    /** A request as it arrived. */
    public record Request(
            String method, String path, String query, Map<String, List<String>> headers) {
        static Request of(HttpExchange exchange) {
            var uri = exchange.getRequestURI();
            return new Request(
                    exchange.getRequestMethod(),
                    uri.getPath(),
                    String.valueOf(uri.getRawQuery()),
                    Map.copyOf(exchange.getRequestHeaders()));
        }

        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name)).map(List::getFirst);
        }
    }
}
