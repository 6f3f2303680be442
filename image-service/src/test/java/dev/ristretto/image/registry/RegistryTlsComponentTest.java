// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

class RegistryTlsComponentTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir static Path keys;
    @TempDir Path certs;
    private StubRegistry stub;
    private RegistryFixture registry;

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
                                "stub",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=stub",
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
        var keyStore = load();
        write("ca.pem", "CERTIFICATE", keyStore.getCertificate("stub").getEncoded());
        write("key.pem", "PRIVATE KEY", keyStore.getKey("stub", PASSWORD).getEncoded());
    }

    @BeforeEach
    void start() throws Exception {
        stub = StubRegistry.startTls(serverContext());
        registry = RegistryFixture.configured(certs);
    }

    @AfterEach
    void stop() {
        registry.close();
        stub.close();
    }

    @Test
    void unknownCertificate_isRefusedAndSaysWhatToSet() {
        assertThatThrownBy(() -> session().resolve())
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        f -> assertThat(f.kind()).isEqualTo(FaultKind.CRI_NAMED))
                .hasMessageStartingWith("RegistryUnavailable: ")
                .hasMessageContaining("TLS certificate refused")
                .hasMessageContaining("set ca in hosts.toml");
    }

    @Test
    void certificateNamedInHostsToml_isTrusted() throws IOException {
        hosts("ca = \"%s\"".formatted(keys.resolve("ca.pem")));
        var digest = stub.tag("a", "1", "{}");

        assertThat(session().resolve()).isEqualTo(digest);
    }

    @Test
    void certificate_withSkipVerify_isNotLookedAt() throws IOException {
        hosts("skip_verify = true");
        var digest = stub.tag("a", "1", "{}");

        assertThat(session().resolve()).isEqualTo(digest);
    }

    @Test
    void caFileThatIsMissing_isNamed() throws IOException {
        hosts("ca = \"nowhere.pem\"");

        assertThatThrownBy(() -> session().resolve()).hasMessageContaining("nowhere.pem");
    }

    @Test
    void redirectFromTlsToPlainHttp_isRefused() throws IOException {
        hosts("skip_verify = true");
        stub.always(StubRegistry.redirect("/manifests/", "http://127.0.0.1:9/v2/a/manifests/1"));

        assertThatThrownBy(() -> session().resolve())
                .hasMessageContaining("redirects from https to http://127.0.0.1:9");
    }

    @Test
    void tokenServerWithoutTls_isRefused_becauseThePasswordWouldBeReadable() throws IOException {
        hosts("skip_verify = true");
        stub.always(
                exchange -> {
                    exchange.getResponseHeaders()
                            .set("WWW-Authenticate", "Bearer realm=\"http://127.0.0.1:9/t\"");
                    return StubRegistry.error(exchange, 401, "UNAUTHORIZED", "");
                });

        assertThatThrownBy(() -> session().resolve())
                .hasMessageContaining("'http://127.0.0.1:9/t', which is not an https address");
    }

    @Test
    void clientCertificate_isShownToAServerThatWantsIt() throws Exception {
        try (var strict = StubRegistry.startTls(demanding(serverContext()))) {
            var ca = keys.resolve("ca.pem");
            hosts(
                    strict,
                    "ca = \"%s\"\nclient = [[\"%s\", \"%s\"]]"
                            .formatted(ca, ca, keys.resolve("key.pem")));
            var digest = strict.tag("a", "1", "{}");

            assertThat(registry.session(strict.host() + "/a:1").resolve()).isEqualTo(digest);
        }
    }

    private RegistrySession session() {
        return registry.session(stub.host() + "/a:1");
    }

    private void hosts(String keys) throws IOException {
        hosts(stub, keys);
    }

    private void hosts(StubRegistry server, String keys) throws IOException {
        var directory = Files.createDirectories(certs.resolve(server.host()));
        Files.writeString(directory.resolve("hosts.toml"), keys + "\n");
    }

    private static HttpsConfigurator demanding(SSLContext context) {
        return new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                var wanted = getSSLContext().getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        };
    }

    private static SSLContext serverContext() throws Exception {
        var store = load();
        var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(store, PASSWORD);
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("stub", store.getCertificate("stub"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
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
        Files.writeString(
                keys.resolve(name),
                "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                        .formatted(label, Base64.getMimeEncoder().encodeToString(der), label));
    }
}
