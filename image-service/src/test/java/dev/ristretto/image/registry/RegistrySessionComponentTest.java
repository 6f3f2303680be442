// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.reference.Digest;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;

class RegistrySessionComponentTest {
    private static final byte[] BYTES = new byte[300_000];

    static {
        new Random(1).nextBytes(BYTES);
    }

    private StubRegistry stub;
    private RegistryFixture registry;

    @BeforeEach
    void start() throws IOException {
        stub = StubRegistry.start();
        registry = RegistryFixture.plain(stub);
    }

    @AfterEach
    void stop() {
        registry.close();
        stub.close();
    }

    @Test
    void resolve_ofTag_asksForTheDigestOnly_andManifestReadsIt() {
        var digest = stub.tag("a/b", "1", "{}");
        var session = session("a/b:1");

        assertThat(session.resolve()).isEqualTo(digest);
        assertThat(session.manifest(digest).bytes())
                .isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
        assertThat(stub.requests())
                .extracting(r -> r.method() + " " + r.path())
                .containsExactly("HEAD /v2/a/b/manifests/1", "GET /v2/a/b/manifests/" + digest);
        assertThat(stub.requests().getFirst().header("Accept").orElseThrow())
                .contains("vnd.oci.image.index.v1+json", "manifest.list.v2+json");
    }

    @Test
    void resolve_withoutDigestHeader_readsTheManifestOnce() {
        stub.always(
                exchange -> {
                    if (!exchange.getRequestURI().getPath().endsWith("/manifests/1")) {
                        return false;
                    }
                    return exchange.getRequestMethod().equals("HEAD")
                            ? StubRegistry.respond(exchange, 200, "")
                            : StubRegistry.respond(exchange, 200, "{}");
                });
        var session = session("a/b:1");

        var digest = session.resolve();

        assertThat(digest).isEqualTo(Digest.sha256("{}".getBytes(StandardCharsets.UTF_8)));
        assertThat(session.manifest(digest).digest()).isEqualTo(digest);
        assertThat(stub.requests()).hasSize(2);
    }

    @Test
    void resolve_ofDigestReference_asksWhetherItMayBeHad() {
        var digest = stub.tag("a/b", "1", "{}");

        assertThat(session("a/b@" + digest).resolve()).isEqualTo(digest);
        assertFault(() -> session("a/b@" + Digest.sha256(BYTES)).resolve(), FaultKind.NOT_FOUND);
        assertThat(stub.requests())
                .extracting(StubRegistry.Request::method)
                .containsExactly("HEAD", "HEAD");
    }

    @Test
    void manifest_withOtherBytes_isRefusedWithBothDigests() {
        var digest = stub.tag("a/b", "1", "{}");
        stub.always(
                exchange ->
                        exchange.getRequestMethod().equals("GET")
                                && StubRegistry.respond(exchange, 200, "{\"evil\":1}"));

        assertFault(() -> session("a/b:1").manifest(digest), FaultKind.WRONG_STATE)
                .hasMessageContaining(digest.toString())
                .hasMessageContaining(
                        Digest.sha256("{\"evil\":1}".getBytes(StandardCharsets.UTF_8)).toString());
    }

    @Test
    void manifest_aboveTheLimit_isRefused() {
        var digest = stub.tag("a/b", "1", " ".repeat(4 * 1024 * 1024 + 1));

        assertThatThrownBy(() -> session("a/b:1").manifest(digest))
                .hasMessageContaining("longer than the 4194304 bytes");
    }

    @Test
    void resolve_ofUnknownTag_isNotFoundAndNamesReferenceAndRegistry() {
        assertFault(() -> session("a/b:9").resolve(), FaultKind.NOT_FOUND)
                .hasMessageContaining("pull " + stub.host() + "/a/b:9: not found")
                .hasMessageContaining("http://" + stub.host());
    }

    @Test
    void resolve_whenNobodyListens_isRegistryUnavailableAtTheStartOfTheMessage()
            throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var host = "127.0.0.1:" + port;
        try (var lonely = new RegistryFixture(List.of(), List.of(host), Duration.ofSeconds(5))) {
            assertFault(() -> lonely.session(host + "/a:1").resolve(), FaultKind.CRI_NAMED)
                    .hasMessageStartingWith("RegistryUnavailable: pull " + host + "/a:1: http://")
                    .hasMessageContaining("connection refused");
        }
    }

    @Test
    void resolve_ofPlainHttpRegistryByTls_saysHowToConfigureIt() throws IOException {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var strict = new RegistryFixture(List.of(), List.of(), Duration.ofSeconds(5))) {
            Thread.ofVirtual().name("plain-server").start(() -> refuseTls(server));
            var host = "127.0.0.1:" + server.getLocalPort();

            assertFault(() -> strict.session(host + "/a:1").resolve(), FaultKind.CRI_NAMED)
                    .hasMessageStartingWith("RegistryUnavailable: ")
                    .hasMessageContaining("add '" + host + "' to registry.plainHttp");
        }
    }

    /** What a plain HTTP server says to a TLS greeting. */
    private static void refuseTls(ServerSocket server) {
        try (var connection = server.accept()) {
            var _ = connection.getInputStream().read(new byte[64]);
            connection
                    .getOutputStream()
                    .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void resolve_afterBusyAnswers_succeeds(int status) {
        var digest = stub.tag("a/b", "1", "{}");
        stub.next(StubRegistry.status(status));
        stub.next(StubRegistry.status(status));

        assertThat(session("a/b:1").resolve()).isEqualTo(digest);
        assertThat(stub.requests()).hasSize(3);
    }

    @Test
    void resolve_waitsAsLongAsRetryAfterSays_butNotLonger() {
        var digest = stub.tag("a/b", "1", "{}");
        stub.next(
                exchange -> {
                    exchange.getResponseHeaders().set("Retry-After", "3600");
                    return StubRegistry.error(exchange, 429, "TOOMANYREQUESTS", "slow down");
                });

        assertThat(session("a/b:1").resolve()).isEqualTo(digest);
    }

    @Test
    void manifest_fromRegistryThatStaysBusy_givesUpWithItsWords() {
        stub.always(StubRegistry.status(503));

        assertFault(() -> session("a/b:1").manifest(Digest.sha256(BYTES)), FaultKind.CRI_NAMED)
                .hasMessageStartingWith("RegistryUnavailable: ")
                .hasMessageContaining("status 503 (STUB: as the test wants)");
        assertThat(stub.requests()).hasSize(RegistryFixture.QUICK.attempts());
    }

    @Test
    void blob_isReadWhole() throws IOException {
        var blob = blob();

        try (var in = session("a/b:1").blob(blob, 0)) {
            assertThat(in.readAllBytes()).isEqualTo(BYTES);
        }
    }

    @Test
    void blob_cutTwice_goesOnWithRangeRequests() throws IOException {
        var blob = blob();
        stub.next(StubRegistry.cutAfter("/blobs/", BYTES, 100_000));
        stub.next(StubRegistry.cutAfter("/blobs/", BYTES, 200_000));

        try (var in = session("a/b:1").blob(blob, 0)) {
            assertThat(in.readAllBytes()).isEqualTo(BYTES);
        }

        assertThat(stub.requests()).hasSize(3);
        // What was on its way when a connection broke may be lost with it, hence a range.
        assertThat(rangeOf(stub.requests().get(1))).isBetween(0, 100_000);
        assertThat(rangeOf(stub.requests().get(2))).isBetween(1, 200_000);
    }

    @Test
    void blob_fromAnOffset_ofAServerWithoutRanges_skipsTheBeginning() throws IOException {
        var blob = blob();
        stub.always(
                exchange -> {
                    exchange.sendResponseHeaders(200, BYTES.length);
                    exchange.getResponseBody().write(BYTES);
                    return true;
                });

        try (var in = session("a/b:1").blob(blob, 250_000)) {
            assertThat(in.readAllBytes())
                    .isEqualTo(Arrays.copyOfRange(BYTES, 250_000, BYTES.length));
        }
    }

    @Test
    void blob_thatNeverGetsAnywhere_isGivenUp() {
        var blob = blob();
        stub.always(StubRegistry.cutAfter("/blobs/", BYTES, 0));

        assertFault(() -> readAll(session("a/b:1"), blob), FaultKind.CRI_NAMED)
                .hasMessageStartingWith("RegistryUnavailable: ")
                .hasMessageContaining("broke off after 0 of 300000 bytes");
        // The JDK's client itself asks once more when a connection ends before it saw an answer.
        int attempts = RegistryFixture.QUICK.attempts();
        assertThat(stub.requests()).hasSizeBetween(attempts, 2 * attempts);
    }

    @Test
    void blob_ofAnotherLengthThanTheManifestSays_isRefused() {
        var blob = blob();
        stub.forge("/v2/a/b/blobs/" + blob.digest(), new byte[5]);

        assertFault(() -> readAll(session("a/b:1"), blob), FaultKind.WRONG_STATE)
                .hasMessageContaining("has 5 bytes, but its manifest says 300000");
    }

    @Test
    void blob_withoutLengthThatNeverEnds_isRefusedAtItsSize() {
        var blob = blob();
        stub.always(
                exchange -> {
                    exchange.sendResponseHeaders(200, 0); // chunked
                    exchange.getResponseBody().write(BYTES);
                    exchange.getResponseBody().write(BYTES);
                    return true;
                });

        assertFault(() -> readAll(session("a/b:1"), blob), FaultKind.WRONG_STATE)
                .hasMessageContaining("is longer than the 300000 bytes");
    }

    @Test
    void blob_redirectedToAnotherHost_isFetchedThere() throws IOException {
        try (var storage = StubRegistry.start("127.0.0.2")) {
            var blob = storage.blob("s", BYTES, "x");
            stub.always(
                    StubRegistry.redirect(
                            "/blobs/",
                            "http://" + storage.host() + "/v2/s/blobs/" + blob.digest()));

            try (var in = session("a/b:1").blob(blob, 10)) {
                assertThat(in.readAllBytes()).hasSize(BYTES.length - 10);
            }
            assertThat(storage.requests().getFirst().header("Range")).hasValue("bytes=10-");
        }
    }

    @Test
    void blob_redirectedInCircles_isRefused() {
        var blob = blob();
        stub.always(StubRegistry.redirect("/blobs/", "/v2/a/b/blobs/" + blob.digest()));

        assertFault(() -> readAll(session("a/b:1"), blob), FaultKind.WRONG_STATE)
                .hasMessageContaining("redirects more than 10 times");
    }

    @Test
    void blob_redirectedToAFile_isRefused() {
        var blob = blob();
        stub.always(StubRegistry.redirect("/blobs/", "file:///etc/passwd"));

        assertFault(() -> readAll(session("a/b:1"), blob), FaultKind.WRONG_STATE)
                .hasMessageContaining("redirects to what is not an http address");
    }

    @Test
    void blob_thatStalls_isGivenUpAfterTheProgressTimeout() throws Exception {
        var blob = blob();
        var release = new CountDownLatch(1);
        stub.always(stallAfter(1000, release));

        try (var impatient =
                new RegistryFixture(List.of(), List.of(stub.host()), Duration.ofMillis(300))) {
            assertFault(
                            () -> readAll(impatient.session(stub.host() + "/a/b:1"), blob),
                            FaultKind.CRI_NAMED)
                    .hasMessageStartingWith("RegistryUnavailable: ")
                    .hasMessageContaining("after 1000 of 300000 bytes: sent nothing for");
        } finally {
            release.countDown();
        }
    }

    @Test
    void blob_cancelledWhileItWaits_endsAtOnce() throws Exception {
        var blob = blob();
        var release = new CountDownLatch(1);
        stub.always(stallAfter(1000, release));

        try (var in = session("a/b:1").blob(blob, 0)) {
            assertThat(in.readNBytes(1000)).hasSize(1000);
            Thread.ofVirtual().name("canceller").start(registry.cancellation::cancel);

            assertThatThrownBy(in::read).isInstanceOf(CancellationException.class);
        } finally {
            release.countDown();
        }
    }

    @Test
    void resolve_cancelledBeforeTheAnswer_endsAtOnce() throws Exception {
        var release = new CountDownLatch(1);
        var arrived = new CountDownLatch(1);
        stub.always(
                exchange -> {
                    arrived.countDown();
                    await(release);
                    return true;
                });
        Thread.ofVirtual()
                .name("canceller")
                .start(
                        () -> {
                            await(arrived);
                            registry.cancellation.cancel();
                        });

        try {
            assertThatThrownBy(() -> session("a/b:1").resolve())
                    .isInstanceOf(CancellationException.class);
        } finally {
            release.countDown();
        }
    }

    private static StubRegistry.Step stallAfter(int bytes, CountDownLatch release) {
        return exchange -> {
            exchange.sendResponseHeaders(200, BYTES.length);
            exchange.getResponseBody().write(BYTES, 0, bytes);
            exchange.getResponseBody().flush();
            await(release);
            return true;
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int rangeOf(StubRegistry.Request request) {
        return Integer.parseInt(request.header("Range").orElse("0").replaceAll("[^0-9]", ""));
    }

    private Descriptor blob() {
        return stub.blob("a/b", BYTES, "application/vnd.oci.image.layer.v1.tar");
    }

    private RegistrySession session(String name) {
        return registry.session(stub.host() + "/" + name);
    }

    private static void readAll(RegistrySession session, Descriptor blob) throws IOException {
        try (var in = session.blob(blob, 0)) {
            in.readAllBytes();
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFault(
            ThrowingCallable call, FaultKind kind) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RuntimeFault.class, f -> assertThat(f.kind()).isEqualTo(kind));
    }
}
