// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.pull;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.image.reference.Digest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The registry of Debian's package docker-registry, on a free port of loopback. */
final class DebianRegistry implements AutoCloseable {
    static final Path BINARY = Path.of("/usr/bin/docker-registry");
    private static final int MAX_PROBES = 2_000;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final int port;

    private DebianRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static DebianRegistry start(Path directory) throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = socket.getLocalPort();
        }
        var config = directory.resolve("config.yml");
        Files.writeString(
                config,
                """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d"}
                """
                        .formatted(directory.resolve("data"), port));
        var process =
                new ProcessBuilder(BINARY.toString(), "serve", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("log").toFile())
                        .start();
        var registry = new DebianRegistry(process, port);
        registry.awaitListening();
        return registry;
    }

    String host() {
        return "127.0.0.1:" + port;
    }

    void putBlob(String repository, byte[] bytes) throws Exception {
        var begun =
                send(
                        HttpRequest.newBuilder(uri("/v2/" + repository + "/blobs/uploads/"))
                                .POST(BodyPublishers.noBody())
                                .build());
        var location = begun.headers().firstValue("Location").orElseThrow();
        var separator = location.indexOf('?') < 0 ? "?" : "&";
        var put =
                send(
                        HttpRequest.newBuilder(
                                        uri("/").resolve(
                                                        location
                                                                + separator
                                                                + "digest="
                                                                + Digest.sha256(bytes)))
                                .header("Content-Type", "application/octet-stream")
                                .PUT(BodyPublishers.ofByteArray(bytes))
                                .build());
        assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
    }

    void putManifest(String repository, String tag, String type, byte[] bytes) throws Exception {
        var put =
                send(
                        HttpRequest.newBuilder(uri("/v2/" + repository + "/manifests/" + tag))
                                .header("Content-Type", type)
                                .PUT(BodyPublishers.ofByteArray(bytes))
                                .build());
        assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://" + host() + path);
    }

    private void awaitListening() throws Exception {
        for (int probe = 0; probe < MAX_PROBES; probe++) {
            try (var _ = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
                return;
            } catch (IOException e) {
                // Not yet: wait for its end instead of sleeping, so that a crash is seen at once.
                assertThat(process.waitFor(10, TimeUnit.MILLISECONDS))
                        .as("docker-registry ended early")
                        .isFalse();
            }
        }
        throw new AssertionError("docker-registry does not listen on port " + port);
    }

    @Override
    public void close() {
        process.destroy();
        var _ = process.onExit().join();
        client.close();
    }
}
