// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.MediaTypes;
import dev.ristretto.image.manifest.Platform;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.registry.Cancellation;
import dev.ristretto.image.registry.Credentials;
import dev.ristretto.image.registry.Credentials.Anonymous;
import dev.ristretto.image.registry.Credentials.Basic;
import dev.ristretto.image.registry.RegistryClient;
import dev.ristretto.image.registry.RegistryHosts;
import dev.ristretto.image.registry.RetryPolicy;
import dev.ristretto.image.registry.StubRegistry;
import dev.ristretto.image.store.ImageId;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

class PullImageComponentTest {
    private static final byte[] ONE = StubImage.bytes("layer one");
    private static final byte[] TWO = StubImage.bytes("layer two");

    private final FakeImports imports = new FakeImports();
    private StubRegistry stub;
    private RegistryClient registry;
    private final List<String> steps = new CopyOnWriteArrayList<>();
    private final LongAdder received = new LongAdder();
    private final AtomicInteger helpers = new AtomicInteger();
    private PullImage pull;

    @BeforeEach
    void start() throws IOException {
        stub = StubRegistry.start();
        registry =
                new RegistryClient(
                        new RegistryHosts(List.of(), List.of(stub.host())),
                        new RegistryClient.Settings(
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(20),
                                new RetryPolicy(3, Duration.ofMillis(4), Duration.ofMillis(10))));
        pull = new PullImage(registry, imports, Platform.parse("linux/amd64"), 2, new Observer());
    }

    private final class Observer implements PullObserver {
        @Override
        public void step(
                ImageReference reference, String what, Duration took, @Nullable Throwable failure) {
            assertThat(took).isPositive();
            steps.add(reference + ": " + what + (failure == null ? "" : ": failed"));
        }

        @Override
        public void received(long bytes) {
            received.add(bytes);
        }

        @Override
        public Runnable onBehalf(Runnable work) {
            return () -> {
                helpers.incrementAndGet();
                work.run();
            };
        }
    }

    @AfterEach
    void stop() {
        pull.close();
        registry.close();
        stub.close();
        assertThat(imports.open).as("imports left open").hasValue(0);
    }

    @Test
    void pull_fetchesEverything_andAnswersTheConfigsDigest() {
        var image = StubImage.push(stub, "1", ONE, TWO);

        assertThat(run("a/b:1")).hasToString(image.config().digest().toString());

        assertThat(imports.blobs).containsKeys(image.manifest(), image.config().digest());
        assertThat(imports.layers.values()).containsExactlyInAnyOrder(ONE, TWO);
        var published = imports.published.getFirst();
        assertThat(published.reference()).hasToString(stub.host() + "/a/b:1");
        assertThat(published.root().digest()).isEqualTo(image.manifest());
        assertThat(published.configuration().config().cmd()).containsExactly("1");
    }

    @Test
    void pull_tellsItsSteps() {
        var image = StubImage.push(stub, "1", ONE);

        run("a/b:1");

        var reference = stub.host() + "/a/b:1: ";
        assertThat(steps)
                .hasSize(5)
                .startsWith(
                        reference + "resolve its digest",
                        reference + "fetch manifest " + image.manifest(),
                        reference + "fetch config " + image.config().digest())
                .endsWith(reference + "publish it");
        assertThat(steps.get(3)).startsWith(reference + "bring layer sha256:").endsWith(" bytes");
    }

    @Test
    void pull_tellsHowMuchCame_andWhoWorksForIt() {
        var image = StubImage.push(stub, "1", ONE, TWO);

        run("a/b:1");

        long manifest = imports.published.getFirst().root().sizeBytes();
        assertThat(received.sum())
                .isEqualTo(manifest + image.config().sizeBytes() + ONE.length + TWO.length);
        assertThat(helpers).hasValue(3); // the pull's own thread, and one for each layer
    }

    @Test
    void failedPull_tellsWhichStepFailed() {
        assertFault(() -> run("a/b:absent"), FaultKind.NOT_FOUND);

        assertThat(steps).containsExactly(stub.host() + "/a/b:absent: resolve its digest: failed");
    }

    @Test
    void pull_ofAnIndex_takesThisPlatform_andKeepsTheIndex() {
        var ours = StubImage.push(stub, "ours", ONE);
        var other = StubImage.push(stub, "other", "arm64", TWO);
        var index =
                stub.tag(
                        "a/b",
                        "multi",
                        StubImage.bytes(
                                "{\"schemaVersion\":2,\"manifests\":[%s,%s]}"
                                        .formatted(other.entry("arm64"), ours.entry("amd64"))),
                        MediaTypes.OCI_INDEX);

        assertThat(run("a/b:multi")).hasToString(ours.config().digest().toString());

        var published = imports.published.getFirst();
        assertThat(published.root().digest()).isEqualTo(index);
        assertThat(published.manifest().digest()).isEqualTo(ours.manifest());
        assertThat(imports.layers.values()).containsExactly(ONE);
    }

    @Test
    void pull_ofAnotherPlatform_isRefusedBeforeItsLayers() {
        StubImage.push(stub, "1", "arm64", ONE);

        assertFault(() -> run("a/b:1"), FaultKind.WRONG_STATE)
                .hasMessageContaining("the image is for linux/arm64, this node is linux/amd64");
        assertThat(imports.layers).isEmpty();
        assertThat(imports.published).isEmpty();
    }

    @Test
    void pull_ofAnIndexThatLeadsInCircles_ends() {
        var text = "{\"schemaVersion\":2,\"manifests\":[%s]}";
        var index =
                stub.tag("a/b", "end", StubImage.bytes(text.formatted("")), MediaTypes.OCI_INDEX);
        for (int i = 0; i < 5; i++) {
            var entry =
                    "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1}"
                            .formatted(MediaTypes.OCI_INDEX, index);
            index =
                    stub.tag(
                            "a/b",
                            "deep",
                            StubImage.bytes(text.formatted(entry)),
                            MediaTypes.OCI_INDEX);
        }

        assertFault(() -> run("a/b:deep"), FaultKind.WRONG_STATE)
                .hasMessageContaining("an index leads to an index more than 3 times");
    }

    @Test
    void pull_again_asksTheRegistryOnceAndFetchesNothing() {
        var image = StubImage.push(stub, "1", ONE);
        var first = run("a/b:1");
        int before = stub.requests().size();

        assertThat(run("a/b:1")).isEqualTo(first);
        assertThat(run("a/b@" + image.manifest())).isEqualTo(first);
        assertThat(stub.requests().subList(before, stub.requests().size()))
                .extracting(StubRegistry.Request::method)
                .containsExactly("HEAD", "HEAD");
    }

    @Test
    void pull_ofTheSameLayerTwice_fetchesItOnce() {
        var image = StubImage.push(stub, "1", ONE, ONE);

        run("a/b:1");

        assertThat(stub.requests())
                .filteredOn(r -> r.path().endsWith(image.layers().getFirst().digest().toString()))
                .hasSize(1);
    }

    @Test
    void pull_withAForgedConfig_isRefusedWithBothDigests() {
        var image = StubImage.push(stub, "1", ONE);
        var forged = new byte[(int) image.config().sizeBytes()];
        stub.forge("/v2/a/b/blobs/" + image.config().digest(), forged);

        assertFault(() -> run("a/b:1"), FaultKind.WRONG_STATE)
                .hasMessageContaining("image config has digest sha256:")
                .hasMessageContaining(image.config().digest().toString());
        assertThat(imports.published).isEmpty();
    }

    @Test
    void pull_withOneBadLayer_failsWithItsFault_andPublishesNothing() {
        var image = StubImage.push(stub, "1", ONE, TWO);
        var forged = new byte[TWO.length];
        stub.forge("/v2/a/b/blobs/" + image.layers().get(1).digest(), forged);

        assertFault(() -> run("a/b:1"), FaultKind.WRONG_STATE)
                .hasMessageContaining(image.layers().get(1).digest() + " has other bytes");
        assertThat(imports.published).isEmpty();
    }

    @Test
    void pull_ontoAFullDisk_isExhausted() {
        StubImage.push(stub, "1", ONE);
        imports.diskFailure = Optional.of(new IOException("/x: No space left on device"));

        assertFault(() -> run("a/b:1"), FaultKind.EXHAUSTED)
                .hasMessageContaining("free space where images are stored");
    }

    @Test
    void pull_ofASchema1Image_isRefusedWithAdvice() {
        stub.tag("a/b", "old", StubImage.bytes("{\"schemaVersion\":1}"), "text/plain");

        assertFault(() -> run("a/b:old"), FaultKind.UNSUPPORTED).hasMessageContaining("schema 1");
    }

    @Test
    void equalPulls_atTheSameTime_areOne() throws Exception {
        var image = StubImage.push(stub, "1", ONE);
        var gate = new Gate();
        stub.always(gate.at("/blobs/" + image.layers().getFirst().digest()));

        var first = async("a/b:1", new Anonymous(), new Cancellation());
        gate.awaitArrival();
        var second = async("a/b:1", new Anonymous(), new Cancellation());
        awaitWaiting(second.thread);
        gate.open();

        assertThat(first.get()).isEqualTo(second.get());
        assertThat(imports.published).hasSize(1);
    }

    @Test
    void pullsWithOtherCredentials_areNotJoined() throws Exception {
        var image = StubImage.push(stub, "1", ONE);
        var gate = new Gate();
        stub.always(gate.at("/blobs/" + image.layers().getFirst().digest()));

        var first = async("a/b:1", new Anonymous(), new Cancellation());
        gate.awaitArrival();
        var second = async("a/b:1", new Basic("u", "p"), new Cancellation());
        gate.awaitArrival();
        gate.open();

        assertThat(first.get()).isEqualTo(second.get());
        assertThat(imports.published).hasSize(2);
    }

    @Test
    void cancelledCaller_leaves_andTheOtherStillGetsTheImage() throws Exception {
        var image = StubImage.push(stub, "1", ONE);
        var gate = new Gate();
        stub.always(gate.at("/blobs/" + image.layers().getFirst().digest()));
        var cancellation = new Cancellation();

        var first = async("a/b:1", new Anonymous(), cancellation);
        gate.awaitArrival();
        var second = async("a/b:1", new Anonymous(), new Cancellation());
        awaitWaiting(second.thread);
        cancellation.cancel();

        assertThatThrownBy(first::get).hasCauseInstanceOf(CancellationException.class);
        gate.open();
        assertThat(second.get()).hasToString(image.config().digest().toString());
    }

    @Test
    void lastCallerCancelled_tearsThePull_andTheNextBeginsAnew() throws Exception {
        var image = StubImage.push(stub, "1", ONE);
        var gate = new Gate();
        var path = "/blobs/" + image.layers().getFirst().digest();
        var held = new AtomicBoolean();
        var step = gate.at(path);
        stub.always(
                exchange ->
                        isBlob(exchange, path)
                                && held.compareAndSet(false, true)
                                && step.answer(exchange));
        var cancellation = new Cancellation();

        var first = async("a/b:1", new Anonymous(), cancellation);
        gate.awaitArrival();
        cancellation.cancel();

        assertThatThrownBy(first::get).hasCauseInstanceOf(CancellationException.class);
        assertThat(run("a/b:1")).hasToString(image.config().digest().toString());
        assertThat(imports.published).hasSize(1);
        gate.open();
    }

    private static boolean isBlob(HttpExchange exchange, String path) {
        return exchange.getRequestURI().getPath().endsWith(path);
    }

    private ImageId run(String name) {
        return pull.run(reference(name), new Anonymous(), new Cancellation());
    }

    private ImageReference reference(String name) {
        return ImageReference.parse(stub.host() + "/" + name);
    }

    private Call async(String name, Credentials credentials, Cancellation cancellation) {
        var call = new Call();
        call.thread =
                Thread.ofVirtual()
                        .name("caller")
                        .start(
                                () -> {
                                    try {
                                        call.result.complete(
                                                pull.run(
                                                        reference(name),
                                                        credentials,
                                                        cancellation));
                                    } catch (RuntimeException e) {
                                        call.result.completeExceptionally(e);
                                    }
                                });
        return call;
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFault(
            ThrowingCallable call, FaultKind kind) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RuntimeFault.class, f -> assertThat(f.kind()).isEqualTo(kind));
    }

    private static final class Call {
        private final CompletableFuture<ImageId> result = new CompletableFuture<>();
        private Thread thread = Thread.currentThread();

        ImageId get() throws Exception {
            return result.get(20, TimeUnit.SECONDS);
        }
    }

    /** Holds requests up until it is opened. */
    private static final class Gate {
        private final Semaphore arrivals = new Semaphore(0);
        private final CountDownLatch opened = new CountDownLatch(1);

        StubRegistry.Step at(String path) {
            return exchange -> {
                if (!exchange.getRequestURI().getPath().endsWith(path)) {
                    return false;
                }
                arrivals.release();
                try {
                    opened.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return false;
            };
        }

        void awaitArrival() throws InterruptedException {
            assertThat(arrivals.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        }

        void open() {
            opened.countDown();
        }
    }
}
