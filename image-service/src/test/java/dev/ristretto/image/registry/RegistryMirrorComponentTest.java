// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class RegistryMirrorComponentTest {
    private static final String NAME = "registry.example/a/b:1";

    @TempDir Path certs;
    private StubRegistry mirror;
    private StubRegistry upstream;
    private RegistryFixture registry;

    @BeforeEach
    void start() throws IOException {
        mirror = StubRegistry.start();
        upstream = StubRegistry.start("127.0.0.2");
        registry = RegistryFixture.configured(certs);
        hosts("");
    }

    @AfterEach
    void stop() {
        registry.close();
        mirror.close();
        upstream.close();
    }

    @Test
    void mirror_isAskedFirst_andToldWhichRegistryIsMeant() {
        var digest = mirror.tag("a/b", "1", "{}");

        assertThat(registry.session(NAME).resolve()).isEqualTo(digest);
        assertThat(mirror.requests().getFirst().query()).isEqualTo("ns=registry.example");
        assertThat(upstream.requests()).isEmpty();
    }

    @Test
    void mirror_withoutTheImage_isPassedOver() {
        var digest = upstream.tag("a/b", "1", "{}");

        assertThat(registry.session(NAME).resolve()).isEqualTo(digest);
    }

    @Test
    void mirror_withForgedContent_isPassedOver() {
        var digest = upstream.tag("a/b", "1", "{}");
        mirror.forge("/v2/a/b/manifests/" + digest, "evil".getBytes(StandardCharsets.UTF_8));
        mirror.always(
                exchange ->
                        exchange.getRequestMethod().equals("GET")
                                && StubRegistry.respond(exchange, 200, "evil"));

        assertThat(registry.session(NAME).manifest(digest).bytes())
                .isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void mirror_withoutCapabilityResolve_isNotAskedForTags() throws IOException {
        hosts("capabilities = [\"pull\"]");
        mirror.tag("a/b", "1", "{\"old\":1}");
        var digest = upstream.tag("a/b", "1", "{}");
        var session = registry.session(NAME);

        assertThat(session.resolve()).isEqualTo(digest);
        assertThat(mirror.requests()).isEmpty();

        session.manifest(digest);
        assertThat(mirror.requests()).hasSize(1);
    }

    @Test
    void mirror_thatIsDown_isTriedOncePerPull() {
        var digest = upstream.tag("a/b", "1", "{}");
        var session = registry.session(NAME);
        mirror.always(StubRegistry.status(503));

        session.resolve();
        int asked = mirror.requests().size();
        session.manifest(digest);

        assertThat(asked).isPositive();
        assertThat(mirror.requests()).hasSize(asked);
    }

    @Test
    void everyEndpointDown_listsThemAll() {
        mirror.close();
        upstream.close();

        assertThatThrownBy(() -> registry.session(NAME).resolve())
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        f -> assertThat(f.kind()).isEqualTo(FaultKind.CRI_NAMED))
                .hasMessageStartingWith("RegistryUnavailable: pull " + NAME)
                .hasMessageContaining("http://" + mirror.host() + ": connection refused")
                .hasMessageContaining("http://" + upstream.host() + ": connection refused");
    }

    @Test
    void mirrorDown_andImageUnknownUpstream_isNotFoundAndListsBoth() {
        mirror.close();

        assertThatThrownBy(() -> registry.session(NAME).resolve())
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        f -> assertThat(f.kind()).isEqualTo(FaultKind.NOT_FOUND))
                .hasMessageContaining(mirror.host())
                .hasMessageContaining(upstream.host() + ": status 404");
    }

    @Test
    void headersOfAHost_goToItOnly() throws IOException {
        hosts("header = {x-key = \"k\"}");
        var digest = upstream.tag("a/b", "1", "{}");

        assertThat(registry.session(NAME).resolve()).isEqualTo(digest);
        assertThat(mirror.requests().getFirst().header("X-key")).hasValue("k");
        assertThat(upstream.requests().getFirst().header("X-key")).isEmpty();
    }

    @Test
    void noHostThatMayResolve_isSaid() throws IOException {
        var directory = certs.resolve("registry.example");
        Files.writeString(directory.resolve("hosts.toml"), "capabilities = [\"pull\"]\n");

        assertThatThrownBy(() -> registry.session(NAME).resolve())
                .hasMessageContaining("lists no host with capability 'resolve'");
    }

    private void hosts(String mirrorKeys) throws IOException {
        var directory = Files.createDirectories(certs.resolve("registry.example"));
        Files.writeString(
                directory.resolve("hosts.toml"),
                """
                server = "http://%s"
                [host."http://%s"]
                %s
                """
                        .formatted(upstream.host(), mirror.host(), mirrorKeys));
    }
}
