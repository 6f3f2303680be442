// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One HTTP client, with its connections, for each way of speaking TLS; made anew when a certificate
 * file changes. Redirects are not followed here, because who is at the other end decides which
 * headers may go along.
 */
final class HttpClients implements AutoCloseable {
    private final Map<TlsSettings, Made> clients = new ConcurrentHashMap<>();
    private final Duration connectTimeout;
    private final ExecutorService workers =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("registry-http-", 0).factory());

    HttpClients(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    HttpClient with(TlsSettings settings) throws IOException {
        var times = timesOf(settings);
        try {
            return clients.compute(
                            settings,
                            (_, made) ->
                                    made != null && made.fileTimes.equals(times)
                                            ? made
                                            : new Made(create(settings), times))
                    .client;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static List<FileTime> timesOf(TlsSettings settings) throws IOException {
        var files = new ArrayList<Path>(settings.authorities());
        for (var key : settings.clientKeys()) {
            files.add(key.certificate());
            files.add(key.key());
        }
        var times = new ArrayList<FileTime>();
        for (var file : files) {
            times.add(Files.getLastModifiedTime(file));
        }
        return List.copyOf(times);
    }

    private HttpClient create(TlsSettings settings) {
        try {
            return HttpClient.newBuilder()
                    .connectTimeout(connectTimeout)
                    .executor(workers)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .sslContext(TlsContexts.create(settings))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tears all connections. */
    @Override
    public void close() {
        clients.values().forEach(made -> made.client.shutdownNow());
        clients.clear();
        workers.shutdownNow();
    }

    private record Made(HttpClient client, List<FileTime> fileTimes) {}
}
