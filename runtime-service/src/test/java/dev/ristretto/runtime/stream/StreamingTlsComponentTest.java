// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.runtime.config.RistrettoConfig;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

@Timeout(60)
class StreamingTlsComponentTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir static Path keys;

    /** A certificate for 127.0.0.1, made by the JDK's own tool and written as PEM. */
    @BeforeAll
    static void makeCertificate() throws Exception {
        var store = keys.resolve("store.p12");
        var tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var process =
                new ProcessBuilder(
                                tool,
                                "-genkeypair",
                                "-alias",
                                "node",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=node",
                                "-ext",
                                "SAN=ip:127.0.0.1",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                "changeit")
                        .redirectErrorStream(true)
                        .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        write("cert.pem", "CERTIFICATE", load().getCertificate("node").getEncoded());
        write("key.pem", "PRIVATE KEY", load().getKey("node", PASSWORD).getEncoded());
    }

    @Test
    void exec_overTls_isServedAsWithout() throws Exception {
        var config = config("cert.pem", "key.pem");
        var big = "x".repeat(300_000);
        try (var server =
                        StreamingServer.start(
                                config, (_, _) -> new ScriptedProcess().say(big).exit(0));
                var http = HttpClient.newBuilder().sslContext(trustingIt()).build()) {
            var url = Servers.open(server, Servers.OUTPUT).toString();
            assertThat(url).startsWith("https://127.0.0.1:");
            var counter = new ByteCounter();

            http.newWebSocketBuilder()
                    .subprotocols("v5.channel.k8s.io")
                    .buildAsync(URI.create(url.replaceFirst("^https", "wss")), counter)
                    .get()
                    .request(1);

            assertThat(counter.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1000);
            assertThat(counter.bytes).isGreaterThan(300_000);
        }
    }

    @Test
    void start_withoutTheKeysFile_namesIt() {
        assertThatThrownBy(
                        () ->
                                StreamingServer.start(
                                        config("cert.pem", "none.pem"),
                                        (_, _) -> new ScriptedProcess()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none.pem");
    }

    private static RistrettoConfig.Streaming config(String certificate, String key) {
        return new RistrettoConfig.Streaming(
                "127.0.0.1",
                0,
                keys.resolve(certificate).toString(),
                keys.resolve(key).toString(),
                60);
    }

    private static SSLContext trustingIt() throws Exception {
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("node", load().getCertificate("node"));
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore load() throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(keys.resolve("store.p12"))) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private static void write(String name, String label, byte[] der) throws IOException {
        var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                keys.resolve(name),
                "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, text, label));
    }

    private static final class ByteCounter implements WebSocket.Listener {
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private volatile int bytes;

        @Override
        public void onOpen(WebSocket socket) {}

        @Override
        public @Nullable CompletionStage<?> onBinary(
                WebSocket socket, ByteBuffer data, boolean last) {
            bytes = bytes + data.remaining();
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }
}
