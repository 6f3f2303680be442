// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.registry.Credentials.Anonymous;
import dev.ristretto.image.registry.Credentials.Basic;
import dev.ristretto.image.registry.Credentials.ForServer;
import dev.ristretto.image.registry.Credentials.IdentityToken;
import dev.ristretto.image.registry.Credentials.RegistryToken;

import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

class RegistryAuthComponentTest {
    private static final Basic ALICE = new Basic("alice", "geheim");
    private static final String ALICE_HEADER = "Basic YWxpY2U6Z2VoZWlt";

    private final AtomicInteger issued = new AtomicInteger();
    private StubRegistry stub;
    private StubRegistry tokens;
    private RegistryFixture registry;
    private Digest digest;

    @BeforeEach
    void start() throws IOException {
        stub = StubRegistry.start();
        tokens = StubRegistry.start("127.0.0.2");
        registry = RegistryFixture.plain(stub);
        digest = stub.tag("a/b", "1", "{}");
    }

    @AfterEach
    void stop() {
        registry.close();
        stub.close();
        tokens.close();
    }

    @Test
    void basic_isSentOnlyAfterTheChallenge() {
        stub.always(unless(ALICE_HEADER, "Basic realm=\"r\""));

        assertThat(session(ALICE).resolve()).isEqualTo(digest);
        assertThat(stub.requests())
                .extracting(r -> r.header("Authorization"))
                .containsExactly(Optional.empty(), Optional.of(ALICE_HEADER));
    }

    @Test
    void basic_refused_isDeniedWithoutTheSecret() {
        stub.always(unless("Basic nobody", "Basic realm=\"r\""));

        assertDenied(session(ALICE))
                .hasMessageContaining("pull " + stub.host() + "/a/b:1")
                .hasMessageContaining("the credentials given were refused")
                .hasMessageContaining("repository 'a/b'")
                .hasMessageContaining("imagePullSecrets");
        assertThat(stub.requests()).hasSize(2);
    }

    @Test
    void anonymous_atAPrivateRegistry_isToldThatNoCredentialsWereGiven() {
        stub.always(unless("Basic nobody", "Basic realm=\"r\""));

        assertDenied(session(new Anonymous()))
                .hasMessageContaining("status 401")
                .hasMessageContaining("no credentials were given");
    }

    @Test
    void forbidden_isDeniedWithTheRegistrysWords() {
        stub.always(exchange -> StubRegistry.error(exchange, 403, "DENIED", "not yours"));

        assertThatThrownBy(() -> session(new Anonymous()).manifest(digest))
                .isInstanceOfSatisfying(
                        RuntimeFault.class, f -> assertThat(f.kind()).isEqualTo(FaultKind.DENIED))
                .hasMessageContaining("status 403 (DENIED: not yours)");
    }

    @Test
    void bearer_anonymous_fetchesATokenForTheScope_andKeepsIt() {
        tokenServer();
        var session = session(new Anonymous());

        session.resolve();
        session.manifest(digest);

        assertThat(tokens.requests())
                .singleElement()
                .satisfies(
                        request -> {
                            assertThat(request.query())
                                    .isEqualTo("service=stub&scope=repository%3Aa%2Fb%3Apull");
                            assertThat(request.header("Authorization")).isEmpty();
                        });
        assertThat(stub.requests()).hasSize(3);
    }

    @Test
    void bearer_withPassword_showsItToTheTokenServerOnly() {
        tokenServer();

        session(ALICE).resolve();

        assertThat(tokens.requests().getFirst().header("Authorization")).hasValue(ALICE_HEADER);
        assertThat(tokens.requests().getFirst().query()).contains("account=alice");
        assertThat(stub.requests())
                .extracting(r -> r.header("Authorization"))
                .doesNotContain(Optional.of(ALICE_HEADER));
    }

    @Test
    void bearer_withIdentityToken_postsIt() {
        tokenServer();

        session(new IdentityToken("geheim")).resolve();

        assertThat(tokens.requests().getFirst().method()).isEqualTo("POST");
        assertThat(tokens.requests().getFirst().query()).isEqualTo("null");
    }

    @Test
    void bearer_withRegistryToken_sendsItAsItIs() {
        stub.always(unless("Bearer mine", "Bearer realm=\"http://" + tokens.host() + "/t\""));

        assertThat(session(new RegistryToken("mine")).resolve()).isEqualTo(digest);
        assertThat(stub.requests()).hasSize(1);
        assertThat(tokens.requests()).isEmpty();
    }

    @Test
    void bearer_thatExpires_isRenewed() {
        tokenServer();
        var session = session(new Anonymous());
        session.resolve();
        issued.incrementAndGet(); // the registry now wants a token that is not out yet

        assertThat(session.manifest(digest).digest()).isEqualTo(digest);
        assertThat(tokens.requests()).hasSize(2);
    }

    @Test
    void tokenServerThatRefuses_isDenied_andNamed() {
        tokenServer();
        tokens.next(exchange -> StubRegistry.error(exchange, 401, "UNAUTHORIZED", "who are you"));

        assertDenied(session(ALICE))
                .hasMessageContaining("token server http://" + tokens.host())
                .hasMessageContaining("status 401 (UNAUTHORIZED: who are you)")
                .hasMessageContaining("the credentials given were refused");
    }

    @Test
    void tokenServerThatTalksNonsense_isNotQuoted() {
        tokenServer();
        tokens.next(exchange -> StubRegistry.respond(exchange, 200, "geheim{"));

        assertThatThrownBy(() -> session(ALICE).resolve())
                .hasMessageContaining("an answer that is not JSON")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void tokenWithALineBreak_isRefused() {
        tokenServer();
        tokens.next(exchange -> StubRegistry.respond(exchange, 200, "{\"token\":\"a\\r\\nX: y\"}"));

        assertThatThrownBy(() -> session(ALICE).resolve())
                .hasMessageContaining("without a usable token");
    }

    @Test
    void challengeWithARealmThatIsNoHttpAddress_isRefused() {
        stub.always(unless("Bearer x", "Bearer realm=\"file:///etc/shadow\""));

        assertThatThrownBy(() -> session(ALICE).resolve())
                .hasMessageContaining("token server 'file:///etc/shadow'");
    }

    @Test
    void credentialsForAnotherServer_areNotShown() {
        stub.always(unless("Basic nobody", "Basic realm=\"r\""));

        assertDenied(session(new ForServer("other.example", ALICE)))
                .hasMessageContaining("no credentials were given");
        assertThat(stub.requests())
                .extracting(r -> r.header("Authorization"))
                .containsOnly(Optional.empty());
    }

    @Test
    void redirectToAnotherHost_carriesNoCredentials() throws IOException {
        try (var storage = StubRegistry.start("127.0.0.3")) {
            var bytes = "layer".getBytes(StandardCharsets.UTF_8);
            var blob = storage.blob("s", bytes, "x");
            stub.always(unless(ALICE_HEADER, "Basic realm=\"r\""));
            stub.always(StubRegistry.redirect("/blobs/", storagePath(storage, blob)));
            var session = session(ALICE);
            session.resolve();

            try (var in = session.blob(blob, 0)) {
                assertThat(in.readAllBytes()).isEqualTo(bytes);
            }

            assertThat(storage.requests())
                    .singleElement()
                    .satisfies(r -> assertThat(r.header("Authorization")).isEmpty());
        }
    }

    @Test
    void otherHostsChallengeAfterARedirect_getsNoCredentials() throws IOException {
        try (var storage = StubRegistry.start("127.0.0.3")) {
            var blob = storage.blob("s", new byte[1], "x");
            storage.always(
                    exchange -> {
                        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=r");
                        return StubRegistry.error(exchange, 401, "PHISH", "password please");
                    });
            stub.always(StubRegistry.redirect("/blobs/", storagePath(storage, blob)));

            assertThatThrownBy(() -> readOne(session(ALICE), blob))
                    .isInstanceOf(RuntimeFault.class)
                    .hasMessageContaining("its redirect to 127.0.0.3: status 401")
                    .hasMessageNotContaining("geheim");
            assertThat(storage.requests()).hasSize(1);
        }
    }

    private static void readOne(RegistrySession session, Descriptor blob) throws IOException {
        try (var in = session.blob(blob, 0)) {
            var _ = in.read();
        }
    }

    private static String storagePath(StubRegistry storage, Descriptor blob) {
        return "http://" + storage.host() + "/v2/s/blobs/" + blob.digest();
    }

    /** The registry wants the latest token that the token server has given out. */
    private void tokenServer() {
        stub.always(
                exchange -> {
                    var shown = exchange.getRequestHeaders().getFirst("Authorization");
                    return !("Bearer t" + issued.get()).equals(shown)
                            && challenge(
                                    exchange,
                                    "Bearer realm=\"http://%s/token\",service=\"stub\",scope=\"repository:a/b:pull\""
                                            .formatted(tokens.host()));
                });
        tokens.last(
                exchange ->
                        StubRegistry.respond(
                                exchange, 200, "{\"token\":\"t" + issued.get() + "\"}"));
    }

    private static StubRegistry.Step unless(String header, String challenge) {
        return exchange ->
                !header.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                        && challenge(exchange, challenge);
    }

    private RegistrySession session(Credentials credentials) {
        return registry.session(stub.host() + "/a/b:1", credentials);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertDenied(
            RegistrySession session) {
        return assertThatThrownBy(session::resolve)
                .isInstanceOfSatisfying(
                        RuntimeFault.class, f -> assertThat(f.kind()).isEqualTo(FaultKind.DENIED))
                .hasMessageNotContaining("geheim");
    }

    private static boolean challenge(HttpExchange exchange, String challenge) throws IOException {
        exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
        return StubRegistry.error(exchange, 401, "UNAUTHORIZED", "authentication required");
    }
}
